/** Activities that hold a key and wait for others: for themselves, for a slot, for one another. All of it ends. */
import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { Client } from '@temporalio/client';
import { cached, CachePlugin } from 'temporal-activity-cache';
import { withGate } from '../helpers/gate';
import { type BodyCall, endsOf, newStore, statusesOf, withSerialized } from '../helpers/serialized';
import { bundle } from '../helpers/temporal';
import { until } from '../helpers/until';

const step = (type: string, ...args: unknown[]) => ({ type, args });

/** Keys that are held travel by the interceptor in the bundle. */
const withHeldKeys = async () => ({
  workflowBundle: await bundle({ plugins: [new CachePlugin({ store: 'memory:' })] }),
});

/** How an Activity starts a Workflow. */
const clients = {
  'the Worker’s client': () => Context.current().client,
  'a client of its own': () =>
    new Client({
      connection: Context.current().client.connection,
      plugins: [new CachePlugin({ store: 'memory:' })],
    }),
};

/** The results of a Workflow's steps, awaited in the Activity that started it; it ends with the Activity. */
async function resultsOf(client: Client, workflow: string, ...steps: object[]): Promise<unknown> {
  const { info, cancelled } = Context.current();
  const workflowId = `inner-${randomUUID()}`;
  const handle = await client.workflow.start(workflow, {
    taskQueue: info.taskQueue,
    workflowId,
    args: [steps],
  });
  return Promise.race([handle.result(), cancelled]);
}

describe.each(Object.keys(clients) as (keyof typeof clients)[])('started by %s', (by) => {
  test('a Workflow that calls what its starter holds runs it instead of waiting for it', async () => {
    const body = async ({ index }: BodyCall) =>
      index > 0 ? 'inner' : resultsOf(clients[by](), 'sequence', step('f', 7));
    await withSerialized(body, { worker: await withHeldKeys() }, async ({ call }) => {
      const handles = await call(1);
      expect(await endsOf(handles)).toEqual([['inner']]);
      expect(await statusesOf(handles)).toEqual({ 'unstored new superseded': 1 }); // by the inner one's, which is newer
    });
  });

  test('the same through another held key, an Activity without a cache, and children of two Workflows', async () => {
    const inner = (...steps: object[]) => resultsOf(clients[by](), 'inChild', ...steps);
    const body = async ({ index }: BodyCall) => (index > 0 ? 'inner' : inner(step('g', 7)));
    // f, which holds its key, starts g, which holds its own and starts h, which starts f again
    const g = cached({ behavior: 'auto', serialize: true }, async () => inner(step('h')));
    const h = async () => inner(step('f', 7));
    const worker = { ...(await withHeldKeys()), activities: { g, h } };
    await withSerialized(body, { worker }, async ({ call }) => {
      expect(await endsOf(await call(1))).toEqual([[[['inner']]]]);
    });
  });
});

describe('with all slots full of calls that wait', () => {
  const slots = 4;
  const twice = { retry: { initialInterval: 10, maximumAttempts: 2 } };

  test('for one that has a slot there: who waits runs when it fails, and nobody is left over', async () => {
    const body = async ({ index, inLine }: BodyCall) => {
      await inLine(index === 0 ? slots - 1 : 0);
      if (index === 0) throw new Error('failed');
      return `value of ${index}`;
    };
    const worker = { maxConcurrentActivityTaskExecutions: slots };
    await withSerialized(body, { worker }, async ({ call }) => {
      const handles = await call(3 * slots, twice);
      expect(await endsOf(handles)).toEqual(Array(3 * slots).fill('value of 1'));
    });
  });

  test('for one elsewhere: they take its value, and so do those that come after them', async () => {
    const plugin = { store: newStore() };
    const taskQueue = `test-${randomUUID()}`;
    await withGate({ plugin }, async ({ body, call, open, began, waiting }) => {
      const holder = await call(1);
      await began(1);
      const full = { plugin, worker: { taskQueue, maxConcurrentActivityTaskExecutions: slots } };
      await withSerialized(body, full, async () => {
        const others = await call(3 * slots, { taskQueue });
        await waiting(slots);
        open();
        expect(await endsOf([...holder, ...others])).toEqual(Array(3 * slots + 1).fill('value of 0'));
      });
    });
  });

  test('for one that needs a slot there: `waitTimeout` gives it one', async () => {
    const body = async ({ index, arrived }: BodyCall) => {
      if (index > 0) return 'without its turn';
      await arrived(2);
      return resultsOf(Context.current().client, 'sequence', step('other'));
    };
    const worker = { maxConcurrentActivityTaskExecutions: 2, activities: { other: async () => 'other' } };
    const options = { serialize: { waitTimeout: '1 second' } } as const;
    await withSerialized(body, { worker, options }, async ({ call }) => {
      const ends = await endsOf(await call(2));
      expect(ends).toHaveLength(2);
      expect(ends).toEqual(expect.arrayContaining([['other'], 'without its turn']));
    });
  });
});

describe('two that hold a key each, and start a Workflow that wants the other’s', () => {
  /** The first of each key wants the other key, as soon as both are held. Those they want end when so many bodies have begun. */
  const crosswise = (innerOptions: object, wanted = 0) => {
    let begun = 0;
    return async ({ index, args: [key] }: BodyCall) => {
      begun++;
      const { cancellationSignal } = Context.current();
      await until(() => cancellationSignal.aborted || begun >= (index > 1 ? wanted : 2));
      if (index > 1) return `inner ${key as number}`;
      const other = { ...step('f', 3 - (key as number)), options: innerOptions };
      return resultsOf(Context.current().client, 'sequence', other);
    };
  };

  test('go on without a turn after `waitTimeout`', async () => {
    const options = { serialize: { waitTimeout: '1 second' } } as const;
    const setup = { options, worker: await withHeldKeys() };
    await withSerialized(crosswise({}, 4), setup, async ({ call }) => {
      const handles = [...(await call(1, {}, [1])), ...(await call(1, {}, [2]))];
      expect(await endsOf(handles)).toEqual([['inner 2'], ['inner 1']]);
    });
  });

  test('without a `waitTimeout` end by the timeout of a call that waits, and leave both keys free', async () => {
    const body = crosswise({ startToCloseTimeout: '2 seconds' });
    await withSerialized(body, { worker: await withHeldKeys() }, async ({ call }) => {
      const handles = [...(await call(1, {}, [1])), ...(await call(1, {}, [2]))];
      const ends = await endsOf(handles);
      expect(ends.some((end) => /timeout/i.test(String(end)))).toBe(true);
      const again = [...(await call(1, {}, [1])), ...(await call(1, {}, [2]))];
      for (const end of await endsOf(again)) expect(String(end)).toMatch(/^inner \d$/);
    });
  });
});
