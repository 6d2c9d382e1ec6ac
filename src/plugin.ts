/**
 * The plugin. What it wires:
 *
 * 1. `configureWorker`: two Activity interceptors around the user's: the cache innermost, the label outermost; the Workflow's
 *    interceptor, into the bundle that the Worker makes; the client's, into the client that Activities find.
 * 2. `runWorker`: the Worker is complete now: its Activities, its data converter, the metrics.
 * 3. `configureBundler`: the Workflow's interceptor, into a bundle made beforehand.
 * 4. `configureClient`: the client's interceptors.
 *
 * A connection hands the plugin to its client and its Worker; a replay Worker needs nothing of it.
 * `SimplePlugin` is not used: given interceptors, it drops some of the user's.
 */
import { readFileSync } from 'node:fs';
import type { ClientOptions, ClientPlugin } from '@temporalio/client';
import {
  type BundleOptions,
  type BundlerPlugin,
  Runtime,
  type Worker,
  type WorkerOptions,
  type WorkerPlugin,
} from '@temporalio/worker';
import { CacheOptionsError } from './errors';
import { withClientInterceptors } from './interceptors/client';
import { Reporter } from './interceptors/reporter';
import { WORKFLOW_INTERCEPTORS } from './interceptors/workflow-marker';
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
export class CachePlugin implements WorkerPlugin, ClientPlugin, BundlerPlugin {
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
      interceptors: {
        ...interceptors,
        activity: [label, ...(interceptors?.activity ?? []), innermost],
        client: withClientInterceptors(interceptors?.client),
        ...workflowModules(options),
      },
    };
  }

  configureBundler(options: BundleOptions): BundleOptions {
    return { ...options, workflowInterceptorModules: withOurs(options.workflowInterceptorModules) };
  }

  configureClient<O extends Pick<ClientOptions, 'interceptors'>>(options: O): O {
    return { ...options, interceptors: withClientInterceptors(options.interceptors) };
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

// By its path: a bare name is not found where packages are kept strictly apart.
const WORKFLOW_MODULE = require.resolve('./interceptors/workflow');

const withOurs = (modules: readonly string[] = []): string[] =>
  modules.includes(WORKFLOW_MODULE) ? [...modules] : [...modules, WORKFLOW_MODULE];

/** A bundle made beforehand has our interceptor already, or does without: then it is said what that means. */
function workflowModules({ workflowBundle, interceptors }: WorkerOptions): { workflowModules?: string[] } {
  if (workflowBundle === undefined) return { workflowModules: withOurs(interceptors?.workflowModules) };
  const code = 'code' in workflowBundle ? workflowBundle.code : readFileSync(workflowBundle.codePath, 'utf8');
  if (!code.includes(WORKFLOW_INTERCEPTORS)) {
    Runtime.instance().logger.warn(
      "activity cache: the Workflow bundle lacks the plugin's interceptor: modes given when a Workflow is started do not " +
        'reach its Activities. Give the plugin to bundleWorkflowCode({ plugins }) too',
    );
  }
  return {};
}
