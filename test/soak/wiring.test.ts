/** Where the plugin may be put, and what it leaves alone there. */
import { readFileSync } from 'node:fs';
import { Client, Connection } from '@temporalio/client';
import {
  type ActivityInterceptorsFactory,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type WorkerOptions,
} from '@temporalio/worker';
import { cached, CacheOptionsError, CachePlugin, cacheReport, MemoryStore } from 'temporal-activity-cache';
import { spied } from '../helpers/spy-store';
import { address, bundle, withWorker, workflowBundle } from '../helpers/temporal';

const statuses = async (handle: Parameters<typeof cacheReport>[0]) =>
  (await cacheReport(handle)).rows.map(({ status }) => status);

/** Not of what Workers say of themselves in the store. */
const isOfCalls = (operation: string) => ['look', 'put', 'touch'].includes(operation);

test('registered on connection, client, bundler and Worker at once, and twice on each: one look-up a call', async () => {
  const { store, calls } = spied(new MemoryStore());
  const cache = new CachePlugin({ store });
  const plugins = () => [cache, cache];
  const connection = await NativeConnection.connect({ address: address(), plugins: plugins() });
  const clientConnection = await Connection.connect({ address: address(), plugins: plugins() });
  try {
    const options = {
      connection,
      taskQueue: 'wired-everywhere',
      workflowBundle: await bundle({ plugins: plugins() }),
      activities: { f: cached('auto', async (x: number) => x) },
      plugins: plugins(),
    };
    const worker = await Worker.create(options);
    const client = new Client({ connection: clientConnection, plugins: plugins() });
    const steps = [
      { type: 'f', args: [1] },
      { type: 'f', args: [1] },
    ];
    const run = { taskQueue: 'wired-everywhere', workflowId: 'wired-everywhere', args: [steps] };
    expect(await worker.runUntil(client.workflow.execute('sequence', run))).toEqual([1, 1]);
    expect(calls.filter(isOfCalls)).toEqual(['look', 'put', 'look', 'touch']);
  } finally {
    await clientConnection.close();
    await connection.close();
  }
});

test('one options object may create two Workers, one after the other', async () => {
  const { store, calls } = spied(new MemoryStore());
  const f = cached('auto', async (x: number) => x);
  const setup = { activities: { f }, plugins: [new CachePlugin({ store })] };
  for (let i = 0; i < 2; i++) {
    await withWorker(setup, async ({ run }) => run('sequence', [{ type: 'f', args: [1] }]));
  }
  expect(calls.filter(isOfCalls)).toEqual(['look', 'put', 'look', 'touch']);
});

test('a second, different CachePlugin on one Worker is refused when the Worker is created', async () => {
  const plugins = [new CachePlugin({ store: 'memory:' }), new CachePlugin({ store: 'memory:' })];
  await expect(withWorker({ activities: {}, plugins }, async () => undefined)).rejects.toThrow(
    CacheOptionsError,
  );
});

test('interceptors of the user stay, in their order, of every kind', async () => {
  const seen: string[] = [];
  const named =
    (name: string): ActivityInterceptorsFactory =>
    () => ({
      inbound: {
        async execute(input, next) {
          seen.push(name);
          return next(input);
        },
      },
      outbound: { getLogAttributes: (attributes) => ({ ...attributes, [name]: true }) },
    });
  const interceptors = {
    activity: [named('first'), named('second')],
    client: { workflow: [{}], schedule: [{}] },
    nexus: [],
    workflowModules: [require.resolve('../helpers/workflows')],
  };
  const cache = new CachePlugin({ store: 'memory:' });
  const configured = cache.configureWorker({ taskQueue: 'q', interceptors }).interceptors!;
  expect(configured.activity!.slice(1, 3)).toEqual(interceptors.activity);
  expect(configured.client!.workflow).toEqual([...interceptors.client.workflow, expect.any(Object)]);
  expect(configured.client!.schedule).toEqual([...interceptors.client.schedule, expect.any(Object)]);
  expect(configured.nexus).toBe(interceptors.nexus);
  expect(configured.workflowModules).toEqual([
    ...interceptors.workflowModules,
    expect.stringContaining('workflow'),
  ]);

  const f = cached('auto', async () => 1);
  const steps = [{ type: 'f' }, { type: 'f' }];
  await withWorker(
    { activities: { f }, interceptors: { activity: interceptors.activity }, plugins: [cache] },
    ({ run }) => run('sequence', steps),
  );
  expect(seen).toEqual(['first', 'second', 'first', 'second']);
});

test('a Worker without Activities does not begin to take Activity tasks because of the plugin', async () => {
  const cache = new CachePlugin({ store: 'memory:' });
  const f = cached('auto', async (x: number) => x);
  await withWorker({ plugins: [cache] }, async ({ taskQueue, start, worker }) => {
    expect(worker.options.enableNonLocalActivities).toBe(false);
    await withWorker({ activities: { f }, taskQueue, plugins: [cache] }, async () => {
      const handle = await start(
        'parallel',
        Array.from({ length: 30 }, (_, i) => ({ type: 'f', args: [i % 10] })),
      );
      expect(await handle.result()).toHaveLength(30);
    });
  });
});

test('the plugin may be given to a replay Worker', async () => {
  const cache = new CachePlugin({ store: 'memory:' });
  const f = cached('auto', async (x: number) => x);
  const history = await withWorker({ activities: { f }, plugins: [cache] }, async ({ start }) => {
    const handle = await start('sequence', [{ type: 'f', args: [1] }]);
    await handle.result();
    return handle.fetchHistory();
  });
  await Worker.runReplayHistory({ workflowBundle: await workflowBundle(), plugins: [cache] }, history);
});

test('Activities given by a plugin that comes later are cached too', async () => {
  const f = cached('auto', async (x: number) => x);
  const giver = { name: 'giver', configureWorker: (options: any) => ({ ...options, activities: { f } }) };
  const warn = jest.spyOn(DefaultLogger.prototype, 'warn');
  await withWorker({ plugins: [new CachePlugin({ store: 'memory:' }), giver] }, async ({ start }) => {
    const steps = [
      { type: 'f', args: [1] },
      { type: 'f', args: [1] },
    ];
    const handle = await start('sequence', steps);
    await handle.result();
    expect(await statuses(handle)).toEqual(['stored', 'hit']);
  });
  expect(warn).not.toHaveBeenCalledWith(expect.stringContaining('takes no Activities'), expect.anything());
  warn.mockRestore();
});

test('an Activity named in the plugin options is cached without being wrapped, and a misfit is refused at creation', async () => {
  const f = async (x: number) => x;
  const cache = new CachePlugin({ store: 'memory:', activities: { f: { version: '1' } } });
  await withWorker({ activities: { f }, plugins: [cache] }, async ({ start }) => {
    const handle = await start('sequence', [{ type: 'f', args: [1] }]);
    await handle.result();
    expect(await statuses(handle)).toEqual(['stored']);
  });
  const bound = new CachePlugin({ store: 'memory:', activities: { f: 'auto' } });
  await expect(
    withWorker({ activities: { f: f.bind(null) }, plugins: [bound] }, async () => undefined),
  ).rejects.toThrow(/source .* cannot be read.*'version'/s);
});

test('the plugin may be put on and taken off under a running Workflow', async () => {
  let runs = 0;
  const f = cached('auto', async (x: number) => {
    runs++;
    return x;
  });
  const cache = new CachePlugin({ store: 'memory:' });
  const taskQueue = 'on-and-off';
  const setup = {
    taskQueue,
    activities: { f },
    maxCachedWorkflows: 0,
    stickyQueueScheduleToStartTimeout: 100,
  };
  const handle = await withWorker(setup, async ({ start }) => start('stepwise'));
  for (const plugins of [[], [cache], [cache], []]) {
    await withWorker({ ...setup, plugins }, async ({ client }) => {
      const running = client.workflow.getHandle(handle.workflowId);
      await running.executeUpdate('step', { args: [1] });
    });
  }
  expect(runs).toBe(3); // without, then stored and hit, then without
  await withWorker(setup, async ({ client }) => {
    const running = client.workflow.getHandle(handle.workflowId);
    await running.signal('finish');
    expect(await running.result()).toEqual([1, 1, 1, 1]);
  });
});

test('interceptors of a client stay, of every kind and form, and ours come once', () => {
  const cache = new CachePlugin({ store: 'memory:' });
  const theirs = { workflow: [{}], schedule: [{}], activity: [{}], nexus: [{}] };
  const once = cache.configureClient({ interceptors: theirs });
  expect(once.interceptors).toEqual({
    workflow: [...theirs.workflow, expect.any(Object)],
    schedule: [...theirs.schedule, expect.any(Object)],
    activity: [...theirs.activity, expect.any(Object)],
    nexus: theirs.nexus,
  });
  expect(cache.configureClient(once)).toEqual(once);
  const older = cache.configureClient({ interceptors: { workflow: { calls: [() => ({})] } } });
  expect((older.interceptors.workflow as { calls: unknown[] }).calls).toHaveLength(2);
  expect(cache.configureClient(older)).toEqual(older);
});

test('a Worker with a prebuilt bundle that lacks the interceptor says so; one that has it does not', async () => {
  const warnings: string[] = [];
  const logger = new DefaultLogger('WARN', ({ message }) => warnings.push(message));
  Runtime._instance = { logger } as never;
  try {
    const plugins = [new CachePlugin({ store: 'memory:' })];
    const options = (workflowBundle: WorkerOptions['workflowBundle']) => ({ taskQueue: 'q', workflowBundle });
    const codeOf = ({ codePath }: { codePath: string }) => ({ code: readFileSync(codePath, 'utf8') });
    const [ours, plain] = [await bundle({ plugins }), await workflowBundle()];
    for (const given of [ours, codeOf(ours)]) plugins[0]!.configureWorker(options(given));
    expect(warnings).toEqual([]);
    for (const given of [plain, codeOf(plain)]) plugins[0]!.configureWorker(options(given));
    expect(warnings).toEqual(Array(2).fill(expect.stringContaining('bundleWorkflowCode({ plugins })')));
  } finally {
    delete Runtime._instance;
  }
});

// Of 1 the SDK makes 2.
test.each([
  [0, 1],
  [2, 0],
])('with room for %d Workflows a Worker gives %d warnings of it at its start', async (room, times) => {
  const warn = jest.spyOn(DefaultLogger.prototype, 'warn');
  try {
    const plugins = [new CachePlugin({ store: 'memory:' })];
    const setup = { workflowBundle: await bundle({ plugins }), plugins, maxCachedWorkflows: room };
    await withWorker(setup, ({ run }) => run('sequence', []));
    const said = warn.mock.calls.filter(([message]) => message.includes('maxCachedWorkflows below 2'));
    expect(said).toHaveLength(times);
  } finally {
    warn.mockRestore();
  }
});
