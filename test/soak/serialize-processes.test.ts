/** Serialized calls over several processes and one Postgres: a holder that is killed, stopped, or too busy to say a word. */
import { writeFileSync } from 'node:fs';
import { cacheReport } from 'temporal-activity-cache';
import { freshDatabase } from '../helpers/postgres';
import { LEASE_MS, serializeProcesses, waiters } from '../helpers/serialize-processes';
import { endsOf, statusesOf } from '../helpers/serialized';
import { address } from '../helpers/temporal';

const database = freshDatabase();
const processes = serializeProcesses({ address, store: () => database.url });

test('four processes with fifty callers each: one execution', async () => {
  await processes.start(4);
  const first = await processes.call('shared', { untilFile: processes.go });
  await processes.begun('shared');
  const others = await processes.calls(199, 'shared', {}, waiters);
  await processes.inLine(first, 199);
  writeFileSync(processes.go, '');
  const values = await endsOf([first, ...others]);
  expect(new Set(values).size).toBe(1);
  expect(processes.notes('begin', 'shared')).toHaveLength(1);
  expect(await statusesOf([first, ...others])).toEqual({ stored: 1, joined: 199 });
}, 180_000);

test('so it is when the value has expired before the others can take it', async () => {
  await processes.start(3, { ttl: 1 });
  const first = await processes.call('brief', { untilFile: processes.go });
  await processes.begun('brief');
  const others = await processes.calls(20, 'brief', {}, waiters);
  await processes.inLine(first, 20);
  writeFileSync(processes.go, '');
  expect(new Set(await endsOf([first, ...others])).size).toBe(1);
  expect(processes.notes('begin', 'brief')).toHaveLength(1);
  expect(await statusesOf([first, ...others])).toEqual({ stored: 1, joined: 20 });
}, 180_000);

test('the holder’s process is killed: one waiter takes over, and the others take its value', async () => {
  await processes.start(4);
  const first = await processes.call('killed', { untilFile: processes.go }); // no heartbeats: only its lease tells that it is gone
  const holder = await processes.begun('killed');
  const others = await processes.calls(60, 'killed', {}, waiters);
  await processes.inLine(first, 60);
  processes.signal(holder, 'SIGKILL');
  const values = await endsOf(others);
  expect(new Set(values).size).toBe(1);
  expect(processes.notes('begin', 'killed')).toHaveLength(2);
  expect(processes.notes('end', 'killed')).toHaveLength(1);
  await first.terminate();
}, 180_000);

test('a body that keeps its event loop busy for twice the lease keeps its turn, and calls of other keys elsewhere do not wait for it', async () => {
  await processes.start(3);
  const first = await processes.call('busy', { blockMs: 2 * LEASE_MS });
  const holder = await processes.begun('busy');
  const others = await processes.calls(20, 'busy', {});
  const elsewhere = await Promise.all([0, 1, 2, 3].map((i) => processes.calls(5, `other ${i}`, {})));
  const done = Promise.all(
    elsewhere.flat().map(async (handle) => {
      const [value] = await endsOf([handle]);
      return { value: value as string, busyStill: processes.notes('end', 'busy').length === 0 };
    }),
  );
  const values = await endsOf([first, ...others]);
  const { hit = 0, joined = 0, ...ran } = await statusesOf([first, ...others]);
  expect({ ran, saved: hit + joined }).toEqual({ ran: { stored: 1 }, saved: 20 });
  expect(new Set(values)).toEqual(new Set([`busy of ${holder}`]));
  expect(processes.notes('begin', 'busy')).toHaveLength(1);
  const inOthers = (await done).filter(({ value }) => !value.endsWith(` ${holder}`));
  expect(inOthers.some(({ busyStill }) => busyStill)).toBe(true);
}, 180_000);

test('a holder that is stopped past its lease and goes on: its late value does not replace the newer one', async () => {
  await processes.start(3);
  const first = await processes.call('stopped', { untilFile: processes.go });
  const holder = await processes.begun('stopped');
  const others = await processes.calls(10, 'stopped', {}, waiters);
  await processes.inLine(first, 10);
  processes.signal(holder, 'SIGSTOP');
  const values = await endsOf(others);
  expect(new Set(values).size).toBe(1);
  expect(values[0]).not.toBe(`stopped of ${holder}`);
  writeFileSync(processes.go, '');
  processes.signal(holder, 'SIGCONT');
  expect(await endsOf([first])).toEqual([`stopped of ${holder}`]);
  expect((await cacheReport(first)).rows).toMatchObject([{ status: 'unstored', reason: 'superseded' }]);
  expect(await endsOf([await processes.call('stopped', {})])).toEqual([values[0]]);
}, 180_000);
