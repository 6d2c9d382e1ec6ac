/** The cache is the innermost interceptor and its label the outermost, however the others come to a Worker. */
import type {
  ActivityInboundCallsInterceptor,
  ActivityInterceptorsFactory,
  WorkerInterceptors,
  WorkerPlugin,
} from '@temporalio/worker';
import { cached, CachePlugin, cacheReport } from 'temporal-activity-cache';
import { withWorker } from '../helpers/temporal';

/** An interceptor that gives each call the next number as its argument, and adds to what it answers. */
function meddler() {
  let calls = 0;
  const seen: unknown[] = [];
  const inbound: ActivityInboundCallsInterceptor = {
    async execute(input, next) {
      const value = await next({ ...input, args: [++calls] });
      seen.push(value);
      return { ...(value as object), traced: true };
    },
  };
  return { seen, inbound, factory: (() => ({ inbound })) satisfies ActivityInterceptorsFactory };
}

type Change = (activity: ActivityInterceptorsFactory[]) => ActivityInterceptorsFactory[];

/** A plugin that is configured after the cache. */
const plugin = (change: Change): WorkerPlugin => ({
  name: 'later',
  configureWorker: (options) => ({
    ...options,
    interceptors: { ...options.interceptors, activity: change(options.interceptors?.activity ?? []) },
  }),
});

test.each<
  [
    string,
    (by: ReturnType<typeof meddler>) => { interceptors?: WorkerInterceptors; plugins?: WorkerPlugin[] },
  ]
>([
  ['appends', ({ factory }) => ({ plugins: [plugin((list) => [...list, factory])] })],
  ['prepends', ({ factory }) => ({ plugins: [plugin((list) => [factory, ...list])] })],
  ['is the older activityInbound', ({ inbound }) => ({ interceptors: { activityInbound: [() => inbound] } })],
])(
  'one that %s: the key has the arguments it passes on, it sees plain values, its answer is sent',
  async (_how, place) => {
    const meddling = meddler();
    const { interceptors, plugins = [] } = place(meddling);
    const f = cached('auto', async (x: number) => ({ x }));
    const cache = new CachePlugin({ store: 'memory:' });
    await withWorker({ activities: { f }, interceptors, plugins: [cache, ...plugins] }, async ({ start }) => {
      const handle = await start('sequence', [
        { type: 'f', args: [7] },
        { type: 'f', args: [7] },
      ]);
      expect(await handle.result()).toEqual([
        { x: 1, traced: true },
        { x: 2, traced: true },
      ]);
      expect(meddling.seen).toEqual([{ x: 1 }, { x: 2 }]);
      expect((await cacheReport(handle)).rows.map(({ status }) => status)).toEqual(['stored', 'stored']);
    });
  },
);
