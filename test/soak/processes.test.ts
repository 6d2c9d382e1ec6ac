/** Several Workers in processes of their own, one store. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { cacheReport } from 'temporal-activity-cache';
import { address } from '../helpers/temporal';
import type { WorkerProcessSetup } from '../helpers/worker-process';

const children: ChildProcess[] = [];
let connection: Connection;
let client: Client;

beforeAll(async () => {
  connection = await Connection.connect({ address: address() });
  client = new Client({ connection });
});

afterAll(async () => {
  for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
  await connection.close();
});

async function startProcess(setup: WorkerProcessSetup): Promise<ChildProcess> {
  const script = require.resolve('../helpers/worker-process');
  const child = fork(script, [JSON.stringify(setup)], {
    execArgv: ['--require', 'tsx/cjs'],
    env: { ...process.env },
  });
  children.push(child);
  const [message] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
  if (message !== 'ready') throw new Error(`The Worker process ended: ${String(message)}`);
  return child;
}

function newSetup(): WorkerProcessSetup {
  const folder = mkdtempSync(join(tmpdir(), 'processes-'));
  return {
    address: address(),
    taskQueue: `processes-${randomUUID()}`,
    store: `sqlite:${join(folder, 'cache.db')}`,
    log: join(folder, 'runs.log'),
  };
}

const runs = ({ log }: WorkerProcessSetup) => readFileSync(log, 'utf8').trim().split('\n');

const start = (
  { taskQueue }: WorkerProcessSetup,
  ...steps: { type: string; args: unknown[]; options?: object }[]
) => client.workflow.start('sequence', { taskQueue, workflowId: `processes-${randomUUID()}`, args: [steps] });

const stop = async (child: ChildProcess) => {
  child.send('stop');
  await once(child, 'exit');
};

test('three Workflows on two Workers in different processes, one store: each body runs once', async () => {
  const setup = newSetup();
  const pipeline = [
    { type: 'load', args: ['diamonds'] },
    { type: 'train', args: [{ name: 'diamonds', rows: 3 }, 8] },
  ];
  const both = await Promise.all([startProcess(setup), startProcess(setup)]);
  const reports = [];
  for (let i = 0; i < 3; i++) {
    if (i === 2) await stop(both[0]); // the last one is the second process's for certain
    const handle = await start(setup, ...pipeline);
    expect(await handle.result()).toEqual([{ name: 'diamonds', rows: 3 }, { model: 'diamonds', score: 24 }]); // prettier-ignore
    reports.push((await cacheReport(handle)).rows.map(({ status }) => status));
  }
  expect(reports).toEqual([['stored', 'stored'], ['hit', 'hit'], ['hit', 'hit']]); // prettier-ignore
  expect(runs(setup).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'load diamonds',
    'train 8',
  ]);
  await stop(both[1]);
});

test('a Worker killed in the middle of a body leaves nothing behind: the next attempt runs elsewhere and is stored', async () => {
  const setup = newSetup();
  const doomed = await startProcess(setup);
  const options = {
    heartbeatTimeout: '2 seconds',
    retry: { maximumAttempts: 5, initialInterval: 10, backoffCoefficient: 1 },
  };
  const handle = await start(setup, { type: 'stall', args: ['once'], options });
  while (!hasRun(setup)) await handle.describe();
  doomed.kill('SIGKILL');
  const survivor = await startProcess(setup);
  expect(await handle.result()).toEqual(['once']);
  expect((await cacheReport(handle)).rows).toMatchObject([{ status: 'stored', why: 'new' }]);
  const again = await start(setup, { type: 'stall', args: ['once'], options });
  expect(await again.result()).toEqual(['once']);
  expect((await cacheReport(again)).rows).toMatchObject([{ status: 'hit' }]);
  expect(runs(setup)).toHaveLength(2);
  await stop(survivor);
});

/** The file is there before its first line is: only a whole line says that a body has begun. */
function hasRun({ log }: WorkerProcessSetup): boolean {
  return existsSync(log) && readFileSync(log, 'utf8').endsWith('\n');
}
