/** The caller's options objects stay as they are, and so does what the caller has not made yet. */
import { NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { cached, CachePlugin } from 'temporal-activity-cache';
import { address, bundleWithPlugin, workflowBundle } from '../helpers/temporal';

const frozen = <T extends object>(value: T): T => {
  for (const member of Object.values(value))
    if (typeof member === 'object' && member !== null) frozen(member as object);
  return Object.freeze(value);
};

/** Creates Workers and ends them; a Worker that never ran would keep the connection. */
async function onConnection(body: (create: typeof Worker.create) => Promise<void>): Promise<void> {
  const connection = await NativeConnection.connect({ address: address() });
  const workers: Worker[] = [];
  const create = async (options: WorkerOptions) => {
    options.connection = connection;
    const worker = await Worker.create(options);
    workers.push(worker);
    return worker;
  };
  try {
    await body(create);
  } finally {
    for (const worker of workers) await worker.runUntil(Promise.resolve());
    await connection.close();
  }
}

const withOurs = () => bundleWithPlugin(require.resolve('../helpers/workflows'));

const givesActivities = () => ({
  name: 'gives-activities',
  configureWorker: (options: WorkerOptions) => ({ ...options, activities: { f: async () => 1 } }),
});

test('one options object makes two Workers, and says each time what its caller said', () =>
  onConnection(async (create) => {
    const plugins = [new CachePlugin({ store: 'memory:' }), givesActivities()];
    const options: WorkerOptions = { taskQueue: 'options-twice', plugins, workflowBundle: await withOurs() };
    const first = await create(options);
    expect(first.options.enableNonLocalActivities).toBe(true);
    expect(plugins).toHaveLength(2);
    expect(options.plugins).toEqual(plugins);
    options.taskQueue = 'options-again'; // the SDK takes one Worker for each task queue of a connection
    options.enableNonLocalActivities = false;
    const second = await create(options);
    expect(second.options.enableNonLocalActivities).toBe(false);
    expect(options.plugins).toEqual(plugins);
  }));

test('a plugin that throws meanwhile leaves nothing behind that counts for the next Worker', () =>
  onConnection(async (create) => {
    let throws = true;
    const unsure = {
      name: 'unsure',
      configureWorker(options: WorkerOptions) {
        if (throws) throw new Error('not yet');
        return options;
      },
    };
    const plugins = [new CachePlugin({ store: 'memory:' }), unsure, givesActivities()];
    const options: WorkerOptions = { taskQueue: 'options-thrown', plugins, workflowBundle: await withOurs() };
    await expect(create(options)).rejects.toThrow('not yet');
    throws = false;
    options.enableNonLocalActivities = false;
    const { options: made } = await create(options);
    expect(made.enableNonLocalActivities).toBe(false);
    expect(made.activities.has('f')).toBe(true);
  }));

test('options that cannot be changed are as good as others, in every place', () => {
  const defaults = { behavior: 'auto' as const, tags: ['t'] };
  const cache = new CachePlugin(
    frozen({ store: 'memory:', defaults, activities: { f: { ttl: '1 day' as const } } }),
  );
  const f = cached('auto', async () => 1);
  const plugins = Object.freeze([cache]) as CachePlugin[];
  const interceptors = frozen({ activity: [], workflowModules: [], client: { workflow: [], schedule: [] } });
  for (const activities of [undefined, { f }]) {
    const options = Object.freeze({
      taskQueue: 'q',
      activities,
      interceptors,
      plugins,
      workflowsPath: __filename,
    });
    cache.configureWorker(options);
  }
  cache.configureBundler(frozen({ workflowsPath: __filename, workflowInterceptorModules: [] }));
  cache.configureClient(frozen({ interceptors: { workflow: [], schedule: [] } }));
  cache.configureNativeConnection(
    Object.freeze({ address: 'nowhere', metadata: frozen({ a: '1' }), plugins }),
  );
});

test('a Runtime installed after the plugin was given to a Worker and a connection is the one that serves', async () => {
  const cache = new CachePlugin({ store: 'memory:' });
  cache.configureNativeConnection({ plugins: [cache] });
  cache.configureWorker({ taskQueue: 'q', plugins: [cache], workflowBundle: await workflowBundle() });
  cache.configureWorker({
    taskQueue: 'q',
    plugins: [cache],
    workflowBundle: await withOurs(),
  });
  const runtime = Runtime.install(Runtime.defaultOptions);
  await runtime.shutdown();
});

test('a bundle without the interceptor is warned of when the Worker begins, where nothing could be said before', async () => {
  const warn = jest.spyOn(Runtime.defaultOptions.logger!, 'warn');
  const cache = new CachePlugin({ store: 'memory:' });
  const options = { taskQueue: 'lacking', workflowBundle: await workflowBundle() };
  const configured = cache.configureWorker(options);
  expect(warn).not.toHaveBeenCalled();
  await onConnection(async (create) => {
    await create({
      ...configured,
      plugins: [{ name: 'runs', runWorker: (...run) => cache.runWorker(...run) }],
    });
  });
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('bundleWorkflowCode({ plugins })'));
  warn.mockRestore();
});

test('a Worker that is refused when it runs has let go of its connection', async () => {
  const cache = new CachePlugin({
    store: 'memory:',
    activities: { f: { ignoredInputs: 'no such parameter' } },
  });
  const connection = await NativeConnection.connect({ address: address() });
  const plugins = [cache, givesActivities()];
  const worker = await Worker.create({ connection, taskQueue: 'refused', plugins });
  await expect(worker.run()).rejects.toThrow('no such parameter');
  await connection.close();
});
