/** Values of whole Workflows come back as exactly what they were. */
import { randomUUID } from 'node:crypto';
import { temporal } from '@temporalio/proto';
import { MemoryStore } from 'temporal-activity-cache';
import { readFacts } from '../../src/entry';
import { EncryptionCodec } from '../helpers/encryption-codec';
import { describeValue, Money, money, SPECIAL } from '../helpers/special-values';
import { type Bodies, told, wholeScenes } from '../helpers/whole-scene';

const withWhole = wholeScenes(require.resolve('../helpers/failing-workflows'));

const echo: Bodies = { f: async (x: unknown) => x };

describe('values', () => {
  const dataConverter = { payloadCodecs: [new EncryptionCodec()] };

  test.each([
    ['as they are', {}],
    ['encrypted', { dataConverter, client: { dataConverter } }],
  ])('of any kind are returned, %s', (_how, worker) => {
    const results = ['undefined', 'null', 'zero', 'empty text', 'bytes', 'no bytes', 'raw', 'raw bytes'];
    return withWhole(
      echo,
      async ({ result, ran, client, taskQueue, cache }) => {
        for (const name of results) {
          const cold = describeValue(await result('special', [name]));
          expect(describeValue(await result('special', [name]))).toBe(cold);
        }
        expect(ran).toHaveLength(results.length);
        const texts = new Set<string>();
        for (const args of Object.values(SPECIAL)) texts.add(String(await result('given', args)));
        for (const args of Object.values(SPECIAL)) texts.add(String(await result('given', args)));
        expect(texts.size).toBeGreaterThan(8);
        const pay = (cents: number) =>
          client.workflow.execute<(x: Money) => Promise<Money>>('doubled', {
            taskQueue,
            workflowId: `doubled-${randomUUID()}`,
            args: [new Money(cents)],
            typeInfo: { inputTypes: [money], outputType: money },
          } as never);
        const before = ran.length;
        expect(describeValue(await pay(5))).toBe('money 10');
        expect(describeValue(await pay(5))).toBe('money 10');
        expect(describeValue(await pay(6))).toBe('money 12');
        expect(ran).toHaveLength(before + 2);
        expect((await cache.stats()).byActivity.doubled!.entries).toBe(2);
      },
      {
        worker: {
          ...worker,
          client: { ...('client' in worker && worker.client), plugins: [] },
        },
      },
    );
  });

  test('tags that are made of arguments are encrypted on their way to the run that continues, which stores with them', () =>
    withWhole(
      echo,
      async ({ client, begin, result, ran, cache }) => {
        const { workflowId, firstExecutionRunId } = await begin('visits', ['4711', 1]);
        const runs = [firstExecutionRunId, undefined].map((run) =>
          client.workflow.getHandle(workflowId, run),
        );
        expect(await runs[1]!.result()).toBe('seen');
        for (const run of runs) {
          const bytes = temporal.api.history.v1.History.encode(await run.fetchHistory()).finish();
          expect(Buffer.from(bytes).toString('latin1')).toContain('visits');
          expect(Buffer.from(bytes).toString('latin1')).not.toContain('4711');
        }
        expect((await cache.stats()).entries).toBe(1);
        await result('visits', ['4711', 1]);
        expect(ran).toHaveLength(2);
        expect(await cache.invalidate({ tag: 'patient-4711' })).toEqual({ entries: 1 });
        await result('visits', ['4711', 1]);
        expect(ran).toHaveLength(4);
      },
      { worker: { dataConverter, client: { dataConverter } } },
    ));

  test('what is stored has a digest of each input, by path, also where another run went on', () => {
    const store = new MemoryStore();
    const put = jest.spyOn(store, 'put');
    return withWhole(
      echo,
      async ({ result }) => {
        await result('whole', [{ depth: 7 }]);
        await result('visits', ['4711', 1]);
        const inputs = put.mock.calls.map(([{ header }]) => Object.keys(readFacts(header)!.inputs!));
        expect(inputs).toEqual([['0.depth'], ['0', '1']]);
      },
      { plugin: { store } },
    );
  });

  test('a value that is only passed on comes back byte by byte', () =>
    withWhole(echo, async ({ begin, ran }) => {
      const payloadOf = async () => {
        const handle = await begin('foreign', [1]);
        await handle.result().catch(() => undefined); // no converter here reads it
        const { events } = await handle.fetchHistory();
        const { result } = events!.at(-1)!.workflowExecutionCompletedEventAttributes!;
        const { metadata, data } = result!.payloads![0]!;
        return [
          Object.keys(metadata!),
          Buffer.from(metadata!.encoding!).toString(),
          Buffer.from(data!).toString(),
        ];
      };
      const cold = await payloadOf();
      expect(cold).toEqual([['encoding'], 'test/foreign', 'as it is']);
      expect(await payloadOf()).toEqual(cold);
      expect(ran).toHaveLength(1);
    }));

  test('just under what Temporal takes: stored, and a hit', () =>
    withWhole(echo, async ({ begin, ran }) => {
      const length = 2_000_000;
      const cold = await begin('large', [length]);
      expect(await cold.result()).toHaveLength(length);
      expect(await told(cold)).toEqual(['large stored new']);
      const warm = await begin('large', [length]);
      expect(await warm.result()).toHaveLength(length);
      expect(await told(warm)).toEqual(['large hit']);
      expect(ran).toHaveLength(1);
    }));

  test('over `maxValueBytes`: returned, and not stored', () =>
    withWhole(
      echo,
      async ({ begin, ran }) => {
        for (let i = 0; i < 2; i++) {
          const handle = await begin('large', [5_000]);
          expect(await handle.result()).toHaveLength(5_000);
          expect(await told(handle)).toEqual(['large unstored new too-large']);
        }
        expect(ran).toHaveLength(2);
      },
      { plugin: { maxValueBytes: 1_000 } },
    ));
});
