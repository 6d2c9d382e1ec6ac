/** A whole Workflow that is cached ends as it would without the cache, however it ends; and whoever waits for it goes on. */
import { Runtime } from '@temporalio/worker';
import { MemoryStore } from 'temporal-activity-cache';
import { deferred } from '../helpers/deferred';
import { FaultyStore } from '../helpers/faulty-store';
import { parked } from '../helpers/parked';
import { reservationsAreWorkedOn } from '../helpers/serialized';
import { until } from '../helpers/until';
import { type Bodies, type Handle, told, type WholeScene, wholeScenes } from '../helpers/whole-scene';

const withWhole = wholeScenes(require.resolve('../helpers/failing-workflows'));

const echo: Bodies = { f: async (x: unknown) => x };

const endOf = (handle: Handle) =>
  handle.result().then(String, (error: Error) => error.cause?.constructor.name ?? error.constructor.name);

/** Runs with a first body that waits until it is opened. */
async function withHolder(
  test: (scene: WholeScene & { holder: Handle; open: () => void; next: Handle }) => Promise<void>,
  type = 'held',
  answers: unknown[] = ['wait', 'go'],
) {
  const opened = deferred();
  let bodies = 0;
  const f = async () => {
    const answer = answers[bodies++] ?? answers.at(-1);
    if (bodies === 1) await opened.promise;
    return answer;
  };
  await withWhole(
    { f },
    async (scene) => {
      const holder = await scene.begin(type, [1]);
      await until(() => scene.ran.length === 1);
      await reservationsAreWorkedOn(scene.client, scene.cache);
      const next = await scene.begin(type, [1]);
      await parked([next]);
      await test({ ...scene, holder, next, open: opened.resolve });
      opened.resolve();
    },
    { plugin: { reservations: { lease: '1 second' } } },
  );
}

test('with `reservations: false` each runs, and says that it was without its turn', () =>
  withWhole(
    echo,
    async ({ begin }) => {
      const handle = await begin('alone', [1]);
      expect(await handle.result()).toBe(1);
      expect(await told(handle)).toEqual(['alone stored unserialized']);
    },
    { plugin: { reservations: false } },
  ));

test('one that cannot be keyed runs, and a warning says what mends it', () =>
  withWhole(echo, async ({ result }) => {
    const log = jest.spyOn(Runtime.instance().logger, 'log');
    const cache = { version: '1', ignoredInputs: 'nobody' };
    expect(await result('given', [1], { cache })).toBe('1');
    expect(log).toHaveBeenCalledWith(
      'WARN',
      expect.stringContaining('policy-error · given'),
      expect.objectContaining({
        error: expect.objectContaining({ message: expect.stringContaining("no parameter 'nobody'") }),
      }),
    );
    log.mockRestore();
  }));

describe('who has the turn ends without a result: the next in line runs', () => {
  test('terminated', () =>
    withHolder(async ({ holder, next, ran, open }) => {
      open();
      await holder.terminate();
      expect(await endOf(next)).toBe('computed');
      expect(ran).toHaveLength(2);
      expect(await told(next)).toEqual(['held stored new']);
    }));

  test('cancelled', () =>
    withHolder(async ({ holder, next, open }) => {
      open();
      await holder.cancel();
      expect(await endOf(holder)).toBe('CancelledFailure');
      expect(await endOf(next)).toBe('computed');
    }));

  test('timed out', async () => {
    await withWhole(
      { f: async () => 'wait' },
      async ({ begin, ran }) => {
        const holder = await begin('held', [1], { workflowExecutionTimeout: '5 seconds' });
        await until(() => ran.length === 1);
        const next = await begin('held', [1], { workflowExecutionTimeout: '1 minute' });
        expect(await endOf(holder)).toBe('TimeoutFailure');
        await until(() => ran.length === 2);
        await next.terminate();
      },
      { plugin: { reservations: { lease: '1 second' } } },
    );
  });
});

describe('cancelled by its client', () => {
  test('while it waits for its turn: it ends at once, leaves the line, and runs none of its code', () =>
    withHolder(async ({ holder, next, ran, begin }) => {
      await next.cancel();
      expect(await endOf(next)).toBe('CancelledFailure');
      const third = await begin('held', [1]);
      await parked([third]);
      await holder.terminate();
      expect(await endOf(third)).toBe('computed');
      expect(ran).toHaveLength(2);
    }));

  test('while it is looked up: none of its code runs, even where there is a value', async () => {
    const looking = deferred();
    const opened = deferred();
    const store = new FaultyStore(new MemoryStore());
    await withWhole(
      echo,
      async ({ begin, ran }) => {
        store.fail(async (real) => {
          looking.resolve();
          await opened.promise;
          return real();
        }, 'look');
        const handle = await begin('whole', [1]);
        await looking.promise;
        await handle.cancel();
        opened.resolve();
        store.heal();
        expect(['CancelledFailure', '1']).toContain(await endOf(handle));
        expect(ran.length).toBeLessThanOrEqual(1);
      },
      { plugin: { store } },
    );
  });
});

describe('a store that is down', () => {
  test.each(['fails', 'hangs'])('%s at the look-up: the Workflow runs, and its result is its own', (how) => {
    const store = new FaultyStore(new MemoryStore());
    return withWhole(
      echo,
      async ({ result }) => {
        store.fail(
          how === 'hangs' ? () => new Promise(() => {}) : () => Promise.reject(new Error('down')),
          'look',
        );
        expect(await result('alone', [1])).toBe(1);
      },
      { plugin: { store, storeTimeout: '200 milliseconds' } },
    );
  });

  test.each(['fails', 'hangs'])(
    '%s when it is to store: the result is returned, and whoever waits runs',
    (how) => {
      const store = new FaultyStore(new MemoryStore());
      return withWhole(
        echo,
        async ({ begin, result, ran }) => {
          store.fail(
            how === 'hangs' ? () => new Promise(() => {}) : () => Promise.reject(new Error('down')),
            'put',
          );
          const handle = await begin('alone', [1]);
          expect(await handle.result()).toBe(1);
          expect(await told(handle)).toEqual(['alone unstored new store-error']);
          store.heal();
          expect(await result('alone', [1])).toBe(1);
          expect(ran).toHaveLength(2);
        },
        { plugin: { store, storeTimeout: '200 milliseconds' } },
      );
    },
  );
});
