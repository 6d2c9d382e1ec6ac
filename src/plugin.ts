/**
 * The plugin. Each hook connects one part:
 *
 * 1. `configureWorker` adds the look-up, which is a local Activity, the Activity interceptors
 *    (the cache as the innermost, the label as the outermost), the Workflow interceptors to the
 *    bundle that the Worker builds, and the client interceptors to the client of Activities.
 * 2. `runWorker` runs when the Worker is complete. It writes into the store what the Worker runs.
 * 3. `configureBundler` adds the Workflow interceptors to a prebuilt bundle.
 * 4. `configureClient` adds the client interceptors.
 *
 * A connection passes the plugin to its client and its Worker. A replay Worker does not need it.
 * `SimplePlugin` is not used: given interceptors, it drops some of the user's.
 */
import type { ClientOptions, ClientPlugin } from '@temporalio/client';
import { setImmediate } from 'node:timers/promises';
import {
  type BundleOptions,
  type BundlerPlugin,
  type NativeConnectionOptions,
  type NativeConnectionPlugin,
  Runtime,
  type Worker,
  type WorkerOptions,
  type WorkerPlugin,
} from '@temporalio/worker';
import { Declarations, keySpaceOf } from './dependencies/declarations';
import { Dependencies } from './dependencies/dependencies';
import { Publication } from './dependencies/publication';
import { CacheOptionsError } from './errors';
import type { Explanation } from './explain/explain';
import { explain, type ExplainRequest } from './explain/request';
import { withClientInterceptors } from './interceptors/client';
import { lookupActivities } from './activities/look-up';
import { NamedTypes } from './worker/named-types';
import { Reporter } from './worker/reporter';
import { logStart, type Wired } from './start-log';
import { type CachePluginOptions, type ResolvedOptions, resolveOptions } from './plugin-options';
import { Presence } from './dependencies/presence';
import { shutDown } from './reservation/host/auxiliary-worker';
import { ReservationService } from './reservation/host/service';
import { GuardedStore, type StoreOperation } from './store/guard';
import type { Size, StoreStats } from './store/store';
import type { CacheFilter, Invalidation } from './upkeep/filter';
import { type CacheEntry, type PruneOptions, Upkeep } from './upkeep/upkeep';
import { WorkerCache } from './worker-cache';
import { BuiltBundles } from './worker/built-bundles';
import { askLast, hasOwn } from './worker/late-activities';
import { withMainEntryRefused } from './worker/main-entry';
import { hasInterceptor, LACKS_INTERCEPTOR, versionOfBundle, withOurs } from './worker/workflow-bundle';

// A registered symbol, because a second copy of this package must see that a Worker is already
// wired.
const WIRED = Symbol.for('temporal-activity-cache/wired');

/**
 * Caches the outputs of Activities and Workflows. The same object may be given to client,
 * connection, bundler and Worker: a second registration changes nothing.
 *
 * @example
 * ```ts
 * const cache = new CachePlugin({ store: 'postgres://cache@db.internal/cache' });
 * const client = new Client({ connection, plugins: [cache] });
 * await Worker.create({ connection, taskQueue, workflowsPath, activities, plugins: [cache] });
 * ```
 *
 * @example
 * The same object lists and invalidates results, also in a program without a Worker.
 * ```ts
 * const cache = new CachePlugin();
 * await cache.invalidate({ activity: 'trainModel' });
 * await cache.close();
 * ```
 */
export class CachePlugin implements WorkerPlugin, ClientPlugin, BundlerPlugin, NativeConnectionPlugin {
  readonly name = 'temporal-activity-cache.CachePlugin';
  private readonly options: ResolvedOptions;
  private readonly store: GuardedStore;
  private readonly reporter = new Reporter();
  private readonly dependencies: Dependencies;
  private readonly declarations: Declarations;
  private readonly upkeep: Upkeep;
  private readonly reservations?: ReservationService;
  private readonly namespaces = new Set<string>();
  private readonly workers: WeakMap<object, Wired> = new WeakMap();
  private readonly running = new WeakSet<Worker>();
  private readonly namedTypes: NamedTypes;
  private readonly caches = new Set<WorkerCache>();
  private readonly bundles = new BuiltBundles();

  /** @throws {@link CacheOptionsError} for invalid options. A store that is down is no error. */
  constructor(options: CachePluginOptions = {}) {
    this.options = resolveOptions(options, process.env);
    this.namedTypes = new NamedTypes(this.options.activities.keys());
    const { store, storeTimeoutMs, readsOnly } = this.options;
    const failed = (operation: StoreOperation) => this.reporter.storeError(operation);
    this.store = new GuardedStore(store, storeTimeoutMs, failed, readsOnly);
    this.dependencies = new Dependencies(this.store, this.options.scope);
    this.declarations = new Declarations(this.store, this.options.scope, keySpaceOf(this.options));
    const { storeSource, reservations, off } = this.options;
    if (reservations !== undefined && !off) {
      this.reservations = new ReservationService({
        ...reservations,
        store,
        storeSource,
        failed: (error) => this.reporter.reservationError(error),
      });
    }
    this.upkeep = new Upkeep(store, { scope: this.options.scope, namespaces: () => [...this.namespaces] });
  }

  /**
   * The valid entries in this plugin's scope. They are sorted by age in each namespace, the newest
   * first, except in a Keyv, which cannot sort. Memory use is bounded for any number of entries.
   * @throws {@link CacheOptionsError} immediately, for an invalid filter
   * @throws {@link CacheStoreError} while iterating, if the store fails or cannot list
   */
  entries(filter?: CacheFilter): AsyncIterable<CacheEntry> {
    return this.upkeep.entries(filter);
  }

  /**
   * Invalidates entries: from now on they are not found anywhere, and results of executions that
   * are already running are not stored in their place. The time does not depend on the number of
   * entries. The next `prune` frees their space.
   * @returns how many valid entries were invalidated. Undefined if the store cannot count them.
   * @throws {@link CacheOptionsError} for an invalid or empty argument
   * @throws {@link CacheReadOnlyError} with `access: 'read'`
   * @throws {@link CacheStoreError} if the store fails
   */
  invalidate(what: Invalidation): Promise<{ entries: number | undefined }> {
    return this.upkeep.invalidate(what);
  }

  /**
   * Frees space in the whole store, in all scopes: invalidated values, values past their `ttl`, and
   * with `maxBytes` the least recently used values. It works in short batches that do not block
   * callers. If it is interrupted, the next call continues.
   * @throws {@link CacheOptionsError} for invalid options
   * @throws {@link CacheReadOnlyError} with `access: 'read'`
   * @throws {@link CacheStoreError} if the store fails or cannot list
   */
  prune(options?: PruneOptions): Promise<Size> {
    return this.upkeep.prune(options);
  }

  /**
   * The number and size of the entries in this plugin's scope that match `filter`: in total, and by
   * Activity type. `stale` is what the next `prune` removes because of its age.
   * @throws {@link CacheOptionsError} for an invalid filter
   * @throws {@link CacheStoreError} if the store fails or cannot list
   */
  stats(filter?: CacheFilter): Promise<StoreStats> {
    return this.upkeep.stats(filter);
  }

  /**
   * Explains why calls were hits or misses, and names what differs from an earlier result, down to
   * the input's path or the file: in a run, for a call that is not made, or for an entry. Only
   * entries of the plugin's scope and namespaces are read.
   * @throws {@link CacheOptionsError} for an invalid request, and for an entry that does not exist
   * @throws {@link CacheStoreError} if the store fails, or cannot list
   * @throws the errors of the client, for example if the run does not exist any more
   */
  explain(request: ExplainRequest): Promise<Explanation[]> {
    const cacheOf = (activity: string, fn: unknown) => {
      const cache = this.newCache();
      cache.register([[activity, fn]]);
      return cache;
    };
    const namespaces = [...this.namespaces];
    return explain(request, { ...this.options, namespaces, workers: this.caches, cacheOf });
  }

  /**
   * Closes the store's connections and files before a program ends. Workers and clients that still
   * use this plugin then run without a cache. A second call has no effect.
   */
  async close(): Promise<void> {
    await this.store.flush();
    await this.options.store.close();
  }

  /** @throws {@link CacheOptionsError} for an invalid policy, or if another cache is wired here */
  configureWorker(options: WorkerOptions): WorkerOptions {
    const { interceptors } = options;
    const wired = interceptors?.activity?.map((factory) => (factory as { [WIRED]?: CachePlugin })[WIRED]);
    if (wired?.includes(this)) return options;
    if (wired?.some((plugin) => plugin !== undefined)) {
      throw new CacheOptionsError(
        'CachePlugin: another CachePlugin is already wired to this Worker. Give it only one of them',
      );
    }
    const cache = this.newCache();
    this.caches.add(cache);
    cache.register(Object.entries(options.activities ?? {}));
    this.namedTypes.add(cache.activityTypes);
    const [label, innermost] = [cache.labelFactory, cache.cacheFactory];
    Object.defineProperty(innermost, WIRED, { value: this });
    const interceptor = hasInterceptor(options);
    const hasActivities = hasOwn(options);
    if (!hasActivities) askLast(options, innermost);
    // The Runtime is not created here, because the user may install one later.
    const logger = Runtime._instance?.logger;
    if (interceptor === false) logger?.warn(LACKS_INTERCEPTOR);
    const isWarned = interceptor !== false || logger !== undefined;
    this.workers.set(innermost, { cache, interceptor, hasActivities, isWarned });
    this.namespaces.add(options.namespace ?? 'default');
    return {
      ...options,
      ...(interceptor === true && { activities: { ...options.activities, ...lookupActivities } }),
      // A Worker without Activities of its own must not take other Workers' Activities.
      ...(!hasActivities && { enableNonLocalActivities: false }),
      interceptors: {
        ...interceptors,
        activity: [label, ...(interceptors?.activity ?? []), innermost],
        client: withClientInterceptors(interceptors?.client),
        // A prebuilt bundle already contains our interceptors, or runs without them.
        ...(options.workflowBundle === undefined && {
          workflowModules: withOurs(interceptors?.workflowModules),
        }),
      },
    };
  }

  private newCache(): WorkerCache {
    const { options, store, reporter, dependencies, declarations } = this;
    return new WorkerCache(options, store, reporter, dependencies, declarations);
  }

  configureBundler(options: BundleOptions): BundleOptions {
    const { workflowInterceptorModules, workflowsPath, webpackConfigHook } = options;
    return {
      ...options,
      workflowInterceptorModules: withOurs(workflowInterceptorModules),
      webpackConfigHook: this.bundles.keep(workflowsPath, withMainEntryRefused(webpackConfigHook)),
    };
  }

  configureClient<O extends Pick<ClientOptions, 'interceptors' | 'namespace'>>(options: O): O {
    this.namespaces.add(options.namespace ?? 'default');
    return { ...options, interceptors: withClientInterceptors(options.interceptors) };
  }

  /**
   * Remembers the options, so that a thread can make the same connection as the Worker, and process
   * reservations while Activities block the main thread.
   */
  configureNativeConnection(options: NativeConnectionOptions): NativeConnectionOptions {
    return this.reservations?.learn(options) ?? options;
  }

  async runWorker(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    const [wired] = (worker.options.interceptors.activity ?? []).flatMap(
      (factory) => this.workers.get(factory) ?? [],
    );
    // If the plugin was given twice, it acts once.
    if (wired === undefined || this.running.has(worker)) return next(worker);
    this.running.add(worker);
    try {
      this.start(wired, worker);
    } catch (error) {
      await runAndEnd(worker, next);
      throw error;
    }
    let isOver = false;
    let begun: ReturnType<ReservationService['begin']> | undefined;
    const reservations = () => (isOver ? undefined : (begun ??= this.reservations?.begin(worker)));
    // Otherwise reservations begin with the first call that asks for them.
    if (wired.cache.serializes) reservations();
    if (this.reservations !== undefined)
      wired.cache.useReservations(async () => (await reservations()?.ready()) ?? 'unready');
    const { scope, off, readsOnly } = this.options;
    const { namespace, taskQueue } = worker.options;
    const publication = new Publication(this.store, { namespace, scope, taskQueue });
    const presence = new Presence(this.store);
    // The Worker starts without waiting, because it may be shut down at any time.
    const publish = async () => {
      const build = await wired.cache.build(versionOfBundle(worker.options));
      if (!readsOnly) await publication.begin(build);
    };
    const published = (off ? Promise.resolve() : publish()).catch((error: unknown) =>
      this.reporter.workerError(error),
    );
    wired.cache.publishes(published, (...how) => publication.learn(...how));
    if (!off && !readsOnly) presence.begin(worker, this.options.scope, wired.interceptor);
    try {
      return await next(worker);
    } finally {
      this.namedTypes.warn();
      this.caches.delete(wired.cache);
      isOver = true; // An Activity that the Worker gave up waiting for may still be running.
      // These errors are logged. `run()` rejects only with errors of the Worker itself.
      const ends = await Promise.allSettled([
        presence.end(),
        published.then(() => publication.end()),
        this.store.flush(),
        begun?.end(),
      ]);
      for (const end of ends) if (end.status === 'rejected') this.reporter.workerError(end.reason);
    }
  }

  /** @throws {@link CacheOptionsError} if a policy is invalid for another plugin's Activity */
  private start(wired: Wired, worker: Worker): void {
    const { cache } = wired;
    const runtime = Runtime.instance();
    cache.start(worker, runtime, () => this.bundles.of(worker.options));
    logStart(wired, worker, this.options, this.store.name, runtime.logger);
    if (this.options.off || cache.activityTypes.length === 0) return;
    this.namedTypes.add(cache.activityTypes);
    this.namedTypes.begin(runtime.logger);
  }
}

/** Runs a Worker only to end it. A Worker that never runs would keep its connection. */
async function runAndEnd(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
  let isOver = false;
  const running = next(worker).finally(() => (isOver = true));
  running.catch(() => undefined); // The promise is awaited below.
  while (!isOver && worker.getState() === 'INITIALIZED') await setImmediate();
  shutDown(worker);
  await running;
}
