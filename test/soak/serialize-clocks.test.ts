/** Serialized calls over hosts whose clocks differ, and a plain Keyv, whose tickets are made of them: no retry waits for itself. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { ClockProcessSetup } from '../helpers/clock-process';
import { freshDatabase } from '../helpers/postgres';
import { ReservationCalls } from '../../src/reservation/caller/reservation-client';
import { reservationOf, statusesOf, withSerialized } from '../helpers/serialized';
import { callerNamed } from '../helpers/fake-reservations';
import { address, workflowBundle } from '../helpers/temporal';
import { until } from '../helpers/until';

const database = freshDatabase();
const folder = mkdtempSync(join(tmpdir(), 'clocks-'));
const running: ChildProcess[] = [];
let client: Client;
let bundle: string;

beforeAll(async () => {
  client = new Client({ connection: await Connection.connect({ address: address() }) });
  bundle = (await workflowBundle()).codePath;
});
afterEach(() => running.splice(0).forEach((child) => child.kill('SIGKILL')));
afterAll(async () => {
  await client.connection.close();
  rmSync(folder, { recursive: true });
});

async function start(setup: ClockProcessSetup): Promise<ChildProcess> {
  const script = require.resolve('../helpers/clock-process');
  const child = fork(script, [JSON.stringify(setup)], { execArgv: ['--require', 'tsx/cjs'] });
  running.push(child);
  const [message] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
  if (message !== 'ready') throw new Error(`The Worker process ended: ${String(message)}`);
  return child;
}

test.each([
  ['behind', -60_000],
  ['ahead', 60_000],
])(
  'a holder is killed, and its retry runs on a host whose clock is a minute %s: at once',
  async (_, aheadMs) => {
    const name = randomUUID();
    const log = join(folder, name);
    const setup = {
      address: address(),
      taskQueue: `clocks-${name}`,
      uri: database.url,
      log,
      bundle,
    };
    const begun = () => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').length - 1 : 0);
    const first = await start({ ...setup, aheadMs: 0, hangs: true });
    const options = {
      heartbeatTimeout: '3 seconds',
      startToCloseTimeout: '10 minutes',
      retry: { initialInterval: '10 milliseconds' },
    };
    const handle = await client.workflow.start('sequence', {
      taskQueue: setup.taskQueue,
      workflowId: name,
      args: [[{ type: 'work', args: [aheadMs], options }]],
    });
    await until(() => begun() === 1);
    first.kill('SIGKILL');
    const second = await start({ ...setup, aheadMs, hangs: false });
    // The holder's own time, after which its turn is over in any case, is ten minutes.
    await until(() => begun() === 2);
    expect(await handle.result()).toEqual([`${aheadMs} of ${second.pid}`]);
    expect(await statusesOf([handle])).toEqual({ stored: 1 });
  },
  180_000,
);

test('who seems to be a former attempt of a holder that is not there: the turn is over, though nobody else waits', () =>
  withSerialized(
    async () => 1,
    {},
    async ({ client, plugin }) => {
      const { workflowId } = await reservationOf(client, plugin, 'key');
      const [identity] = workflowId.split('/').slice(2);
      const calls = new ReservationCalls(client.workflow, {
        identity: identity!,
        leaseMs: 30_000,
        taskQueue: undefined,
      });
      const reserved = { scope: '', activityType: 'f', key: 'key' };
      const holder = {
        ...callerNamed('a', 2),
        workflowId: 'a',
        runId: randomUUID(),
        forMs: 600_000,
        ticket: 60,
      };
      await calls.start(reserved, holder);
      await calls.wait(reserved, [{ ...holder, attempt: 1, ticket: 1 }]);
      await until(async () => (await calls.read(reserved))?.running === false);
    },
  ));
