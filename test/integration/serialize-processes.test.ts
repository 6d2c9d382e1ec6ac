/** Serialized calls over several processes and one Postgres: a holder that is killed, stopped, or too busy to say a word. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { cacheReport } from 'temporal-activity-cache';
import { RESERVATION_TYPE } from '../../src/reservation/protocol';
import { freshDatabase } from '../helpers/postgres';
import type { SerializeProcessSetup, Task } from '../helpers/serialize-process';
import { endsOf, type Handle, statusesOf } from '../helpers/serialized';
import { address, workflowBundle } from '../helpers/temporal';

const LEASE_MS = 4_000;
const database = freshDatabase();
const folder = mkdtempSync(join(tmpdir(), 'serialize-processes-'));
const processes = new Map<number, ChildProcess>();
/** Made once for all processes. */
const bundleFile = workflowBundle().then(({ code }) => {
  const file = join(folder, 'workflows.js');
  writeFileSync(file, code);
  return file;
});
let connection: Connection;
let client: Client;

beforeAll(async () => {
  connection = await Connection.connect({ address: address() });
  client = new Client({ connection });
});

afterEach(() => {
  for (const child of processes.values()) child.kill('SIGKILL');
  processes.clear();
});
afterAll(async () => {
  await connection.close();
  rmSync(folder, { recursive: true });
});

/** So many Worker processes on a task queue and a schema of their own. */
async function startProcesses(count: number) {
  const name = randomUUID();
  const setup: SerializeProcessSetup = {
    address: address(),
    taskQueue: `serialize-${name}`,
    store: database.url,
    log: join(folder, `${name}.log`),
    lease: `${LEASE_MS} milliseconds`,
    bundle: await bundleFile,
  };
  writeFileSync(setup.log, '');
  const startOne = async () => {
    const script = require.resolve('../helpers/serialize-process');
    const child = fork(script, [JSON.stringify(setup)], { execArgv: ['--require', 'tsx/cjs'] });
    processes.set(child.pid!, child);
    const [message] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
    if (message !== 'ready') throw new Error(`The Worker process ended: ${String(message)}`);
  };
  await Promise.all(Array.from({ length: count }, startOne));

  const notes = (what: string) =>
    readFileSync(setup.log, 'utf8')
      .trim()
      .split('\n')
      .filter((line) => line.startsWith(`${what} `))
      .map((line) => ({ key: line.split(' ')[1]!, pid: Number(line.split(' ')[2]) }));
  const call = (key: string, task: Task, options: object = {}): Promise<Handle> =>
    client.workflow.start('sequence', {
      taskQueue: setup.taskQueue,
      workflowId: `serialize-${randomUUID()}`,
      args: [
        [{ type: 'work', args: [key, task], options: { startToCloseTimeout: '5 minutes', ...options } }],
      ],
    });
  return { ...setup, notes, call };
}

/** Resolves with the process in which a body of the key began. */
async function begun(notes: (what: string) => { key: string; pid: number }[], key: string): Promise<number> {
  for (;;) {
    const [first] = notes('begin').filter((note) => note.key === key);
    if (first !== undefined) return first.pid;
    await sleep(10);
  }
}

/** Resolves when so many are in line behind the Workflow `holder`. */
async function inLine(holder: Handle, callers: number): Promise<void> {
  for (;;) {
    const query = `WorkflowType = '${RESERVATION_TYPE}' AND ExecutionStatus = 'Running'`;
    for await (const { workflowId } of client.workflow.list({ query })) {
      const { memo } = await client.workflow.getHandle(workflowId).describe();
      if (String(memo?.holder).startsWith(holder.workflowId) && Number(memo?.waiting) >= callers) return;
    }
    await sleep(50);
  }
}

/** Who waits in a process that is killed is retried elsewhere once its heartbeats stay out. */
const waiters = { heartbeatTimeout: '10 seconds', retry: { initialInterval: '10 milliseconds' } };

test('four processes with fifty callers each: one execution', async () => {
  const { call, notes, log } = await startProcesses(4);
  const untilFile = `${log}.go`;
  const first = await call('shared', { untilFile });
  await begun(notes, 'shared');
  const others = await Promise.all(Array.from({ length: 199 }, () => call('shared', { untilFile }, waiters)));
  await inLine(first, 199);
  writeFileSync(untilFile, '');
  const values = await endsOf([first, ...others]);
  expect(new Set(values).size).toBe(1);
  expect(notes('begin')).toHaveLength(1);
  expect(await statusesOf([first, ...others])).toEqual({ stored: 1, joined: 199 });
}, 120_000);

test('the holder’s process is killed: one waiter takes over, and the others take its value', async () => {
  const { call, notes, log } = await startProcesses(4);
  const untilFile = `${log}.go`;
  const first = await call('killed', { untilFile }); // no heartbeats: only its lease tells that it is gone
  const holder = await begun(notes, 'killed');
  const others = await Promise.all(Array.from({ length: 60 }, () => call('killed', {}, waiters)));
  await inLine(first, 60);
  processes.get(holder)!.kill('SIGKILL');
  const values = await endsOf(others);
  expect(new Set(values).size).toBe(1);
  expect(notes('begin')).toHaveLength(2);
  expect(notes('end')).toHaveLength(1);
  await first.terminate();
}, 120_000);

test('a body that keeps its event loop busy for twice the lease keeps its turn, and callers of other keys elsewhere do not wait for it', async () => {
  const { call, notes } = await startProcesses(3);
  const first = await call('busy', { blockMs: 2 * LEASE_MS });
  const holder = await begun(notes, 'busy');
  const others = await Promise.all(Array.from({ length: 20 }, () => call('busy', {})));
  const elsewhere = await Promise.all(Array.from({ length: 20 }, (_, i) => call(`other ${i % 4}`, {})));
  const done = (await endsOf(elsewhere)) as string[];
  const inOthers = done.filter((value) => !value.endsWith(` ${holder}`));
  expect(inOthers.length).toBeGreaterThan(0);
  const values = await endsOf([first, ...others]);
  const { hit = 0, joined = 0, ...ran } = await statusesOf([first, ...others]);
  expect({ ran, saved: hit + joined }).toEqual({ ran: { stored: 1 }, saved: 20 });
  expect(new Set(values)).toEqual(new Set([`busy of ${holder}`]));
  expect(notes('begin').filter(({ key }) => key === 'busy')).toHaveLength(1);
}, 120_000);

test('a holder that is stopped past its lease and goes on: its late value does not replace the newer one', async () => {
  const { call, notes, log } = await startProcesses(3);
  const untilFile = `${log}.go`;
  const first = await call('stopped', { untilFile });
  const holder = await begun(notes, 'stopped');
  const others = await Promise.all(Array.from({ length: 10 }, () => call('stopped', {}, waiters)));
  await inLine(first, 10);
  processes.get(holder)!.kill('SIGSTOP');
  const values = await endsOf(others);
  expect(new Set(values).size).toBe(1);
  expect(values[0]).not.toBe(`stopped of ${holder}`);
  writeFileSync(untilFile, '');
  processes.get(holder)!.kill('SIGCONT');
  expect(await endsOf([first])).toEqual([`stopped of ${holder}`]);
  expect((await cacheReport(first)).rows).toMatchObject([{ status: 'unstored', reason: 'superseded' }]);
  const again = await call('stopped', {});
  expect(await endsOf([again])).toEqual([values[0]]);
}, 120_000);
