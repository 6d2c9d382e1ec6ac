/**
 * The plugin. What it wires:
 *
 * 1. `configureWorker`: the look-up, a local Activity; two Activity interceptors around the user's: the cache innermost, the label outermost; the Workflow's
 *    interceptor, into the bundle that the Worker makes; the client's, into the client that Activities find.
 * 2. `runWorker`: the Worker is complete now: its Activities, its data converter, the metrics. It says in the store that it is there.
 * 3. `configureBundler`: the Workflow's interceptor, into a bundle made beforehand.
 * 4. `configureClient`: the client's interceptors.
 *
 * `entries`, `invalidate`, `prune`, `stats` (src/upkeep) need no Worker: any program may call them.
 *
 * A connection hands the plugin to its client and its Worker; a replay Worker needs nothing of it.
 * `SimplePlugin` is not used: given interceptors, it drops some of the user's.
 */
import type { ClientOptions, ClientPlugin } from '@temporalio/client';
import { setImmediate } from 'node:timers/promises';
import {
  type ActivityInterceptorsFactory,
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
import { withClientInterceptors } from './interceptors/client';
import { lookupActivities } from './activities/look-up';
import { OURS } from './wire/questions';
import { Reporter } from './worker/reporter';
import { type CachePluginOptions, type ResolvedOptions, resolveOptions } from './plugin-options';
import { Presence } from './dependencies/presence';
import { shutDown } from './reservation/host/auxiliary-worker';
import { ReservationService } from './reservation/host/service';
import { GuardedStore, type StoreOperation } from './store/guard';
import type { Size, StoreStats } from './store/store';
import type { CacheFilter, Invalidation } from './upkeep/filter';
import { type CacheEntry, type PruneOptions, Upkeep } from './upkeep/upkeep';
import { WorkerCache } from './worker-cache';
import { withMainEntryRefused } from './worker/main-entry';
import { hasInterceptor, LACKS_INTERCEPTOR, versionOfBundle, withOurs } from './worker/workflow-bundle';

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

  /** @throws {CacheOptionsError} for options that are not valid. Opens nothing yet: a store that is down is no error here. */
  constructor(options: CachePluginOptions = {}) {
    this.options = resolveOptions(options, process.env);
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
   * The entries that count, of this plugin's scope; newest first in each namespace, but for a Keyv, which cannot sort. Memory is bounded,
   * however many there are.
   * @throws {CacheOptionsError} for a filter that is not valid, at once
   * @throws {CacheStoreError} while iterating: the store fails, or cannot list
   */
  entries(filter?: CacheFilter): AsyncIterable<CacheEntry> {
    return this.upkeep.entries(filter);
  }

  /**
   * Forgets: from now on these entries are not found anywhere, and what is running since before is not stored in their place. Takes no
   * longer for many entries than for one; their space is freed by the next `prune`.
   * @returns how many entries counted until then; undefined where the store cannot tell
   * @throws {CacheOptionsError} for a slip, and for nothing said at all
   * @throws {CacheReadOnlyError} with `access: 'read'`
   * @throws {CacheStoreError} the store fails
   */
  invalidate(what: Invalidation): Promise<{ entries: number | undefined }> {
    return this.upkeep.invalidate(what);
  }

  /**
   * Frees space in the whole store, all scopes: values that were invalidated, values past their `ttl`, and with `maxBytes` those not used
   * longest. In short batches, that do not hold up callers; stopped in the middle, the next call goes on.
   * @throws {CacheOptionsError} for a slip
   * @throws {CacheReadOnlyError} with `access: 'read'`
   * @throws {CacheStoreError} the store fails, or cannot list
   */
  prune(options?: PruneOptions): Promise<Size> {
    return this.upkeep.prune(options);
  }

  /**
   * How much there is in this plugin's scope that `filter` means: in all, and by Activity type; `stale` is what the next `prune` takes
   * for its age.
   * @throws {CacheOptionsError} for a filter that is not valid
   * @throws {CacheStoreError} the store fails, or cannot list
   */
  stats(filter?: CacheFilter): Promise<StoreStats> {
    return this.upkeep.stats(filter);
  }

  /**
   * Ends the store's connections and files, for a program that is to end; whoever still runs with this plugin runs without a cache.
   * Twice is once.
   */
  async close(): Promise<void> {
    await this.store.flush();
    await this.options.store.close();
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
    const { dependencies, declarations } = this;
    const cache = new WorkerCache(this.options, this.store, this.reporter, dependencies, declarations);
    cache.register(Object.entries(options.activities ?? {}));
    const [label, innermost] = [cache.labelFactory, cache.cacheFactory];
    Object.defineProperty(innermost, WIRED, { value: this });
    const interceptor = hasInterceptor(options);
    const hasActivities = hasOwn(options);
    if (!hasActivities) askLast(options, innermost);
    // Not made here, where there is none yet: the user may install one before the Worker is made.
    const logger = Runtime._instance?.logger;
    if (interceptor === false) logger?.warn(LACKS_INTERCEPTOR);
    const isWarned = interceptor !== false || logger !== undefined;
    this.workers.set(innermost, { cache, interceptor, hasActivities, isWarned });
    this.namespaces.add(options.namespace ?? 'default');
    return {
      ...options,
      ...(interceptor === true && { activities: { ...options.activities, ...lookupActivities } }),
      // A Worker that has none of its own must not take other Workers' Activities.
      ...(!hasActivities && { enableNonLocalActivities: false }),
      interceptors: {
        ...interceptors,
        activity: [label, ...(interceptors?.activity ?? []), innermost],
        client: withClientInterceptors(interceptors?.client),
        // A bundle made beforehand has ours already, or does without.
        ...(options.workflowBundle === undefined && {
          workflowModules: withOurs(interceptors?.workflowModules),
        }),
      },
    };
  }

  configureBundler(options: BundleOptions): BundleOptions {
    const { workflowInterceptorModules, webpackConfigHook } = options;
    return {
      ...options,
      workflowInterceptorModules: withOurs(workflowInterceptorModules),
      webpackConfigHook: withMainEntryRefused(webpackConfigHook),
    };
  }

  configureClient<O extends Pick<ClientOptions, 'interceptors' | 'namespace'>>(options: O): O {
    this.namespaces.add(options.namespace ?? 'default');
    return { ...options, interceptors: withClientInterceptors(options.interceptors) };
  }

  /** A thread can make a connection as the Worker's is made, and serve reservations while Activities keep the main thread busy. */
  configureNativeConnection(options: NativeConnectionOptions): NativeConnectionOptions {
    return this.reservations?.learn(options) ?? options;
  }

  async runWorker(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    const [wired] = (worker.options.interceptors.activity ?? []).flatMap(
      (factory) => this.workers.get(factory) ?? [],
    );
    if (wired === undefined || this.running.has(worker)) return next(worker); // given twice, the plugin acts once
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
    if (wired.cache.serializes) reservations(); // else with the first call that asks for it
    if (this.reservations !== undefined)
      wired.cache.useReservations(async () => (await reservations()?.ready()) ?? 'unready');
    const { scope, off, readsOnly } = this.options;
    const { namespace, taskQueue } = worker.options;
    const publication = new Publication(this.store, { namespace, scope, taskQueue });
    const presence = new Presence(this.store);
    // The Worker begins all the same: it can be shut down at any time.
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
      isOver = true; // an Activity may go on that the Worker gave up waiting for
      // What went wrong with the Worker is what `run()` rejects with.
      const ends = await Promise.allSettled([
        presence.end(),
        published.then(() => publication.end()),
        this.store.flush(),
        begun?.end(),
      ]);
      for (const end of ends) if (end.status === 'rejected') this.reporter.workerError(end.reason);
    }
  }

  /** @throws {CacheOptionsError} when a policy cannot hold for an Activity that another plugin has given the Worker */
  private start({ cache, interceptor, isWarned, hasActivities }: Wired, worker: Worker): void {
    const runtime = Runtime.instance();
    cache.start(worker, runtime);
    if (!isWarned) runtime.logger.warn(LACKS_INTERCEPTOR);
    const late = [...worker.options.activities.keys()].filter((type) => !OURS.includes(type));
    if (!worker.options.enableNonLocalActivities && !hasActivities && late.length > 0)
      runtime.logger.warn(COMES_TOO_EARLY, { types: late });
    if (interceptor === true && worker.options.maxCachedWorkflows < FEW_WORKFLOWS)
      runtime.logger.warn(TOO_FEW);
    const { off, readsOnly, secret } = this.options;
    const types = cache.cachedTypes;
    if (types.length === 0) return;
    const how = off ? 'off' : `${this.store.name}${readsOnly ? ', read only' : ''}`;
    runtime.logger.info(`activity cache: ${how}`, {
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

/** Whether it has Activities that are not the plugin's. */
const hasOwn = ({ activities = {} }: WorkerOptions): boolean =>
  Object.entries(activities).some(([type, fn]) => typeof fn === 'function' && !OURS.includes(type));

/**
 * A plugin after ours may give a Worker its first Activities: then it is to take them. The SDK comes to what is appended here after all others.
 * Its list is the caller's too, so this leaves again, and should it not be asked, it means nothing to a Worker made of the same options later.
 */
function askLast(
  { plugins, enableNonLocalActivities = true }: WorkerOptions,
  ours: ActivityInterceptorsFactory,
): void {
  const last: WorkerPlugin = {
    name: 'temporal-activity-cache.CachePlugin',
    configureWorker(options) {
      if (plugins?.at(-1) === last) plugins.pop();
      const isIt = options.interceptors?.activity?.includes(ours) && hasOwn(options);
      return isIt ? { ...options, enableNonLocalActivities } : options;
    },
  };
  if (plugins !== undefined && Object.isExtensible(plugins)) plugins.push(last);
}

/** A Worker that never runs keeps its connection: it ends as soon as it runs. */
async function runAndEnd(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
  let isOver = false;
  const running = next(worker).finally(() => (isOver = true));
  running.catch(() => undefined); // awaited below
  while (!isOver && worker.getState() === 'INITIALIZED') await setImmediate();
  shutDown(worker);
  await running;
}

const COMES_TOO_EARLY =
  'activity cache: this Worker takes no Activities: another plugin gave it some after the CachePlugin had found none. List the CachePlugin last';

/** With fewer, runs that look something up at the same time drive one another out of the Worker's memory. */
const FEW_WORKFLOWS = 2;
const TOO_FEW =
  "activity cache: this Worker keeps too few Workflows in memory (maxCachedWorkflows below 2). A run that is dropped while a local Activity of its own or a look-up (`cache` at a call site, 'cachedWorkflow') is under way loses its Workflow Task, which costs 10 seconds";

interface Wired {
  cache: WorkerCache;
  interceptor: boolean | undefined;
  /** Of its own, when it was configured. */
  hasActivities: boolean;
  /** Whether all that there was to warn of then could be said. */
  isWarned: boolean;
}
