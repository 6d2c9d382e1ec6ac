/** A label tells of the very call whose result it is on, and every client that can read the results can read it. */
import { type Payload, type PayloadCodec, RawValue } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { cached, CachePlugin, cacheReport } from 'temporal-activity-cache';
import { withWorker } from '../helpers/temporal';

const memory = () => [new CachePlugin({ store: 'memory:' })];

const twice = [{ type: 'f', args: [1] }, { type: 'f', args: [1] }]; // prettier-ignore

test('a RawValue that carries the label of another call is told of by its own, or not at all', async () => {
  const label = { v: 1, status: 'hit', key: 'k', version: 'v', durationMs: 60_000 };
  const labelled = (data: Buffer) =>
    RawValue.fromPayload({
      metadata: {
        encoding: Buffer.from('json/plain'),
        'activity-cache': Buffer.from(JSON.stringify(label)),
      },
      data,
    });
  const activities = {
    plain: async () => labelled(Buffer.from('1')),
    f: cached('auto', async (_x: number) => labelled(Buffer.from('2'))),
    large: cached('auto', async () => labelled(Buffer.from(`3${' '.repeat(2_094_000)}`))),
  };
  await withWorker({ activities, plugins: memory() }, async ({ start }) => {
    const handle = await start('sequence', [{ type: 'plain' }, ...twice, { type: 'large' }]);
    expect(await handle.result()).toEqual([1, 2, 2, 3]);
    const { rows } = await cacheReport(handle);
    expect(rows.map(({ activityType, status }) => [activityType, status])).toEqual([
      ['f', 'stored'],
      ['f', 'hit'],
    ]);
  });
});

test('where an interceptor calls again, and falls back when that fails, no label tells of the first call', async () => {
  const f = cached('auto', async (x: number) => {
    if (x === 2) throw new Error('not this one');
    return x;
  });
  const again: ActivityInterceptorsFactory = () => ({
    inbound: {
      async execute(input, next) {
        await next(input);
        return next({ ...input, args: [2] }).catch(() => 'a fallback');
      },
    },
  });
  await withWorker(
    { activities: { f }, interceptors: { activity: [again] }, plugins: memory() },
    async ({ start }) => {
      const handle = await start('sequence', [{ type: 'f', args: [1] }]);
      expect(await handle.result()).toEqual(['a fallback']);
      expect((await cacheReport(handle)).rows).toEqual([]);
    },
  );
});

/** As one that derives its key from the context: what was sealed in one opens in no other. */
const bound: PayloadCodec = {
  encode: async (payloads, context) =>
    payloads.map(({ metadata, data }) => ({ metadata: { ...metadata, sealed: seal(context) }, data })),
  decode: async (payloads, context) =>
    payloads.map(({ metadata, data }): Payload => {
      const { sealed, ...others } = metadata ?? {};
      if (sealed !== undefined && !seal(context).equals(sealed)) throw new Error('sealed in another context');
      return { metadata: others, data };
    }),
};

const seal = (context: object | undefined) =>
  Buffer.from(JSON.stringify(Object.entries(context ?? {}).sort()));

test('a codec that is bound to the serialization context: calls hit, and their report is read', async () => {
  const f = cached('auto', async (x: number) => ({ x }));
  const dataConverter = { payloadCodecs: [bound] };
  await withWorker({ activities: { f }, dataConverter, plugins: memory() }, async ({ start }) => {
    const handle = await start('sequence', [...twice, { ...twice[0], local: true }]);
    expect(await handle.result()).toEqual([{ x: 1 }, { x: 1 }, { x: 1 }]);
    const { rows } = await cacheReport(handle);
    expect(rows.map(({ status }) => status)).toEqual(['stored', 'hit', 'hit']);
  });
});
