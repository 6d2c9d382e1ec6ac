/** Same call, same key, from every kind of caller and after every round trip that the SDK makes. */
import { RawValue } from '@temporalio/common';
import { cached, CachePlugin, cacheReport } from 'temporal-activity-cache';
import { withWorker } from '../helpers/temporal';

const echo = () => cached('auto', async (...args: unknown[]) => args.length);

test('Workflow, local and standalone Activities meet in one entry', async () => {
  const f = echo();
  await withWorker(
    { activities: { f }, plugins: [new CachePlugin({ store: 'memory:' })] },
    async (around) => {
      const args = [1, 'two', { three: [3, null] }];
      const handle = await around.start('sequence', [
        { type: 'f', args },
        { type: 'f', args, local: true },
      ]);
      await handle.result();
      const { rows } = await cacheReport(handle);
      expect(rows.map(({ status }) => status)).toEqual(['stored', 'hit']);

      const standalone = { taskQueue: around.taskQueue, startToCloseTimeout: '1 minute' } as const;
      let runs = 0;
      const g = cached('auto', async (..._args: unknown[]) => ++runs);
      await withWorker(
        { activities: { f: g }, plugins: [new CachePlugin({ store: 'memory:' })] },
        async (other) => {
          const options = { ...standalone, taskQueue: other.taskQueue, args };
          expect(await other.client.activity.execute('f', { ...options, id: 'first' })).toBe(1);
          expect(await other.client.activity.execute('f', { ...options, id: 'second' })).toBe(1);
          expect(await other.run('sequence', [{ type: 'f', args }])).toEqual([1]);
          expect(await other.run('sequence', [{ type: 'f', args, local: true }])).toEqual([1]);
        },
      );
      expect(runs).toBe(1);
    },
  );
});

test('undefined, null, bytes, a RawValue and a Date: each keeps its key in every position, and they differ from one another', async () => {
  const keys = new Map<string, Set<string>>();
  const f = echo();
  await withWorker(
    { activities: { f }, plugins: [new CachePlugin({ store: 'memory:' })] },
    async ({ start }) => {
      for (const value of ['undefined', 'null', 'bytes', 'raw', 'date', 'nothing']) {
        const handle = await start('special', value);
        await handle.result();
        const { rows } = await cacheReport(handle);
        expect(rows.map(({ status }) => status)).toEqual(['stored', 'hit', 'hit']);
        keys.set(value, new Set(rows.map(({ key }) => key)));
      }
    },
  );
  expect([...keys.values()].map((of) => of.size)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(new Set([...keys.values()].flatMap((of) => [...of])).size).toBe(6);
});

test('values come back exactly, ordinary and local, run and hit', async () => {
  const values: Record<string, unknown> = {
    undefined: undefined,
    null: null,
    zero: 0,
    text: '',
    bytes: Buffer.from([0, 255]),
    raw: RawValue.fromPayload({
      metadata: { encoding: Buffer.from('binary/plain') },
      data: Buffer.from([7]),
    }),
  };
  const give = cached('auto', async (name: string) => values[name]);
  await withWorker(
    { activities: { give }, plugins: [new CachePlugin({ store: 'memory:' })] },
    async ({ run }) => {
      for (const name of Object.keys(values)) {
        const steps = [
          { type: 'give', args: [name] },
          { type: 'give', args: [name], local: true },
          { type: 'give', args: [name] },
        ];
        const described = await run('describeResults', steps);
        const expected = {
          undefined: 'undefined',
          null: 'null',
          zero: 'number 0',
          text: 'string ',
          bytes: 'bytes 0,255',
          raw: 'bytes 7',
        };
        expect(described).toEqual(Array(3).fill(expected[name as keyof typeof expected]));
      }
    },
  );
});
