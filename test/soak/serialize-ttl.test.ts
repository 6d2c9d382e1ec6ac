/** Serialized calls whose `ttl` is shorter than one execution: a call that waits takes the value, although it is expired by then. */
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheContext, CachePlugin, type CacheOptions, MemoryStore } from 'temporal-activity-cache';
import { deferred } from '../helpers/deferred';
import { FaultyStore } from '../helpers/faulty-store';
import { countOf } from '../helpers/lookups';
import {
  type BodyCall,
  endsOf,
  type Handle,
  reservationOf,
  reservationsAreWorkedOn,
  type SerializedSetup,
  statusesOf,
  withSerialized,
} from '../helpers/serialized';
import { RESERVATION_TYPE } from '../../src/wire/names';
import { type Around, bundle } from '../helpers/temporal';
import { until } from '../helpers/until';
import { wholeScenes } from '../helpers/whole-scene';

const TTL_MS = 100;
const CALLERS = 5;

/** The first execution ends when the other callers wait and more time has passed than its `ttl`. */
const outlivesItsTtl = async ({ index, inLine }: BodyCall) => {
  if (index === 0) await inLine(CALLERS - 1);
  await sleep(TTL_MS * 1.5);
  return `value of ${index}`;
};

const setupOf = async (options: CacheOptions = { ttl: TTL_MS }): Promise<SerializedSetup> => ({
  options,
  worker: { workflowBundle: await bundle({ plugins: [new CachePlugin({ store: 'memory:' })] }) },
});

const joinedByAll = { stored: 1, joined: CALLERS - 1 };

describe.each([
  ['in slots', {}],
  ['in Workflows', { cache: true }],
])('callers that wait %s', (_, where) => {
  test('take the value of the execution that they waited for; a later caller finds it expired, and runs', async () => {
    await withSerialized(outlivesItsTtl, await setupOf(), async ({ call, client, plugin }) => {
      await reservationsAreWorkedOn(client, plugin);
      const calls = await call(CALLERS, where);
      expect(await endsOf(calls)).toEqual(Array(CALLERS).fill('value of 0'));
      expect(await statusesOf(calls)).toEqual(joinedByAll);
      const later = await call(1, where);
      expect(await endsOf(later)).toEqual(['value of 1']);
      expect(await statusesOf(later)).toEqual({ 'stored expired': 1 });
    });
  });

  test('do so too when the body itself limits the age of its value', async () => {
    const body = async (call: BodyCall) => {
      cacheContext()!.setTtl(TTL_MS);
      return outlivesItsTtl(call);
    };
    await withSerialized(body, await setupOf({}), async ({ call, client, plugin }) => {
      await reservationsAreWorkedOn(client, plugin);
      const calls = await call(CALLERS, where);
      expect(await endsOf(calls)).toEqual(Array(CALLERS).fill('value of 0'));
      expect(await statusesOf(calls)).toEqual(joinedByAll);
    });
  });

  test('do not take a value that was invalidated while they waited', async () => {
    await withSerialized(
      async (call) => {
        const value = await outlivesItsTtl(call);
        if (call.index === 0) await forget();
        return value;
      },
      await setupOf(),
      async ({ call, client, plugin }) => {
        forget = () => plugin.invalidate({ activity: 'f' });
        await reservationsAreWorkedOn(client, plugin);
        const calls = await call(CALLERS, where);
        expect((await endsOf(calls)).sort()).toEqual([
          'value of 0',
          ...Array(CALLERS - 1).fill('value of 1'),
        ]);
        const { joined } = await statusesOf(calls);
        expect(joined).toBe(CALLERS - 2);
      },
    );
  });
});

let forget: () => Promise<unknown>;

test('callers with a shorter `ttl` of their own take the value of the execution that they waited for', async () => {
  await withSerialized(outlivesItsTtl, await setupOf({}), async ({ call, client, plugin }) => {
    await reservationsAreWorkedOn(client, plugin);
    const calls = await call(CALLERS, { cache: { ttl: TTL_MS } });
    expect(await endsOf(calls)).toEqual(Array(CALLERS).fill('value of 0'));
    expect(await statusesOf(calls)).toEqual(joinedByAll);
    const later = await call(1, { cache: { ttl: TTL_MS } });
    expect(await endsOf(later)).toEqual(['value of 1']);
  });
});

test('callers that waited in Workflows take a value that is too large for these', async () => {
  const long = 'x'.repeat(300_000);
  const body = async (call: BodyCall) => ({ length: 1, index: await outlivesItsTtl(call), long });
  await withSerialized(body, await setupOf(), async ({ client, plugin, start }) => {
    await reservationsAreWorkedOn(client, plugin);
    const step = { type: 'f', args: [7], options: { cache: true } };
    const calls = await Promise.all(Array.from({ length: CALLERS }, () => start('sequence', [step])));
    await endsOf(calls);
    expect(await statusesOf(calls)).toEqual(joinedByAll);
  });
});

test('a call whose Workflow Task fails after it was looked up takes the value that it had asked for, also when that has expired', async () => {
  const opened = deferred();
  let key = '';
  const body = async (call: BodyCall) => {
    ({ key } = call);
    if (call.index === 0) await opened.promise;
    return `value of ${call.index}`;
  };
  const store = new FaultyStore(new MemoryStore());
  const { options, worker } = await setupOf();
  const setup = { options, worker, plugin: { store, storeTimeout: '4 seconds' } } as const;
  await withSerialized(body, setup, async ({ call, began, client, plugin }) => {
    await reservationsAreWorkedOn(client, plugin);
    const [first] = await call(1);
    await began(1);
    const reservation = (await reservationOf(client, plugin, key)) as Handle;
    const isWoken = async () => (await countOf(reservation, 'externalWorkflowExecutionSignaled')) > 0;
    // It looks again when it is in line. Meanwhile the value comes and expires, and the Workflow is woken: too late for the Workflow Task.
    const before = store.calls.look;
    store.fail(async (look) => {
      if (store.calls.look !== before + 2) return look();
      opened.resolve();
      await until(isWoken);
      await sleep(TTL_MS);
      return look();
    }, 'look');
    const [waits] = await call(1, { cache: true });
    expect(await endsOf([first!, waits!])).toEqual(['value of 0', 'value of 0']);
    expect(await countOf(waits!, 'workflowTaskFailed')).toBe(1);
    expect(await statusesOf([waits!])).toEqual({ joined: 1 });
  });
});

describe('whole Workflows that wait', () => {
  const withWhole = wholeScenes(require.resolve('../helpers/whole-workflows'));

  const inLine = ({ client }: Around, type: string, callers: number) =>
    until(async () => {
      const query = `WorkflowType = '${RESERVATION_TYPE}' AND ExecutionStatus = 'Running'`;
      for await (const { workflowId } of client.workflow.list({ query })) {
        const { memo } = await client.workflow.getHandle(workflowId).describe();
        if (memo?.activityType === type && Number(memo.waiting) >= callers) return true;
      }
      return false;
    });

  test.each([
    ['started as they are', 'brief', ['brief', [1]]],
    [
      'called as children',
      'plain',
      ['parentOf', ['plain', [1], { version: '1', serialize: true, ttl: TTL_MS }]],
    ],
  ] as [string, string, [string, unknown[]]][])(
    '%s take the value of the one that they waited for',
    async (_, type, call) => {
      let scene: Around | undefined;
      const f = async () => {
        await inLine(scene!, type, CALLERS - 1);
        await sleep(TTL_MS * 1.5);
        return 'value';
      };
      await withWhole({ f }, async (around) => {
        scene = around;
        const handles = await Promise.all(Array.from({ length: CALLERS }, () => around.begin(...call)));
        await Promise.all(handles.map((handle) => handle.result()));
        expect(around.ran).toHaveLength(1);
      });
    },
  );
});
