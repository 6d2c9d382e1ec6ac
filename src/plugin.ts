/**
 * The plugin. What it wires:
 *
 * 1. `configureWorker`: two Activity interceptors around the user's: the cache innermost, the label outermost.
 * 2. `runWorker`: the Worker is complete now: its Activities, its data converter, the metrics.
 *
 * A client, a connection, a bundler and a replay Worker need nothing of it yet: the same object may be given to all of them.
 * `SimplePlugin` is not used: given interceptors, it drops some of the user's.
 */
import { Runtime, type Worker, type WorkerOptions, type WorkerPlugin } from '@temporalio/worker';
import { CacheOptionsError } from './errors';
import { Reporter } from './interceptors/reporter';
import { type CachePluginOptions, type ResolvedOptions, resolveOptions } from './options';
import { GuardedStore } from './store/guard';
import { WorkerCache } from './worker-cache';

// A registered symbol: a second copy of this package must see that a Worker is already wired.
const WIRED = Symbol.for('temporal-activity-cache/wired');

/**
 * Caches the outputs of Activities. Give one object to client, connection and Worker alike; given twice, it acts once.
 *
 * ```ts
 * const cache = new CachePlugin();
 * await Worker.create({ connection, taskQueue, workflowsPath, activities, plugins: [cache] });
 * ```
 */
export class CachePlugin implements WorkerPlugin {
  readonly name = 'temporal-activity-cache.CachePlugin';
  private readonly options: ResolvedOptions;
  private readonly store: GuardedStore;
  private readonly reporter = new Reporter();
  private readonly workers: WeakMap<object, WorkerCache> = new WeakMap();

  /** @throws {CacheOptionsError} for options that are not valid. Opens nothing yet: a store that is down is no error here. */
  constructor(options: CachePluginOptions = {}) {
    this.options = resolveOptions(options, process.env);
    const { store, storeTimeoutMs } = this.options;
    this.store = new GuardedStore(store, storeTimeoutMs, (operation) => this.reporter.storeError(operation));
  }

  /** @throws {CacheOptionsError} when a policy cannot hold for its Activity, or another cache is wired to this Worker */
  configureWorker(options: WorkerOptions): WorkerOptions {
    const { interceptors } = options;
    const wired = interceptors?.activity?.map((factory) => (factory as { [WIRED]?: CachePlugin })[WIRED]);
    if (wired?.includes(this)) return options;
    if (wired?.some((plugin) => plugin !== undefined)) {
      throw new CacheOptionsError(
        'CachePlugin: another CachePlugin is already wired to this Worker; give it one of them',
      );
    }
    const cache = new WorkerCache(this.options, this.store, this.reporter);
    cache.register(Object.entries(options.activities ?? {}));
    const [label, innermost] = [cache.labelFactory, cache.cacheFactory];
    Object.defineProperty(innermost, WIRED, { value: this });
    this.workers.set(innermost, cache);
    return {
      ...options,
      interceptors: { ...interceptors, activity: [label, ...(interceptors?.activity ?? []), innermost] },
    };
  }

  async runWorker(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    const [cache] = (worker.options.interceptors.activity ?? []).flatMap(
      (factory) => this.workers.get(factory) ?? [],
    );
    if (cache !== undefined) this.start(cache, worker);
    return next(worker);
  }

  private start(cache: WorkerCache, worker: Worker): void {
    const runtime = Runtime.instance();
    cache.start(worker, runtime.metricMeter);
    const { off, secret } = this.options;
    const types = cache.cachedTypes;
    if (types.length === 0) return;
    runtime.logger.info(`activity cache: ${off ? 'off' : this.store.name}`, {
      taskQueue: worker.options.taskQueue,
      types,
    });
    if (cache.hasCodecs && secret === undefined) {
      runtime.logger.warn(
        'activity cache: values are encoded by a codec, and no secret is given: digests of inputs, which could be guessed, ' +
          "are not kept, and misses cannot be explained down to them. Give the plugin a 'secret' to keep them as HMACs",
      );
    }
  }
}
