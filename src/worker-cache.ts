/** The cache of one Worker: which of its Activities are cached, and how. */
import type { Context } from '@temporalio/activity';
import type {
  ActivityInboundCallsInterceptor,
  ActivityInterceptorsFactory,
  Worker,
} from '@temporalio/worker';
import type { MetricMeter } from '@temporalio/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { CacheActivityInterceptor } from './interceptors/activity';
import { CachedActivity, inputTypesOf, outputTypeOf, type Services } from './interceptors/cached-activity';
import { LabelInterceptor } from './interceptors/label';
import { type Known, LookupInterceptor } from './interceptors/lookup';
import { UsedInterceptor } from './interceptors/report-uses';
import { SettleInterceptor } from './interceptors/settle-turn';
import { StoreInterceptor } from './interceptors/store-result';
import { Values } from './interceptors/values';
import { digester } from './key/key';
import type { ResolvedOptions } from './options';
import { OURS, type Question, RESOLVE, SETTLE_TURN, STORE, USED } from './lookup/protocol';
import type { CacheLayer } from './policy/cache-options';
import { layersOf, wrappingOf } from './policy/cached';
import { toCallSiteLayer, type TravellingCall } from './policy/call-site';
import { Identifier } from './policy/identify';
import { type AnyFunction, type Policy, resolvePolicy } from './policy/resolve';
import type { Dependencies } from './dependencies/dependencies';
import type { Build } from './dependencies/publication';
import { uncached, versionBeforehand } from './dependencies/version';
import { workflowPolicy } from './policy/workflow-policy';
import type { Reporter } from './interceptors/reporter';
import { noteUnlabelled } from './report/unlabelled';
import type { GuardedStore } from './store/guard';

/** Call sites are few; where they are made up call by call, they are not kept for ever. */
const MOST_CALL_SITES = 1_000;

/** So long a look-up waits for reservations to begin. */
const SOON_MS = 1_000;

/** What the SDK runs when no Activity of the type asked for is registered. */
const FALLBACK = 'default';

export class WorkerCache {
  private readonly functions = new Map<string, AnyFunction>();
  private readonly activities = new Map<string, CachedActivity | undefined>();
  /** Those of calls that say something of themselves. */
  private readonly atCallSites = new Map<string, CachedActivity | undefined>();
  private values = new Values();
  private knowsConverter = false;
  private labels = false;
  private reservations: Services['reservations'] = async () => 'none';

  constructor(
    private readonly options: ResolvedOptions,
    private readonly store: GuardedStore,
    private readonly reporter: Reporter,
    private readonly dependencies: Dependencies,
  ) {}

  /**
   * Learns the Worker's Activities; a policy that cannot hold is an error now, not at the first call.
   * @throws {CacheOptionsError}
   */
  register(activities: Iterable<[string, unknown]>): void {
    for (const [type, fn] of activities) {
      if (typeof fn !== 'function' || OURS.includes(type)) continue;
      this.functions.set(type, fn as AnyFunction);
      this.activities.delete(type);
      this.resolve(type);
    }
  }

  /** The Worker is complete: its final Activities, interceptors and data converter are known, results can be labelled. */
  start(worker: Worker, meter: MetricMeter): void {
    const { loadedDataConverter, activities, interceptors } = worker.options;
    // Later plugins and the older `activityInbound` come to stand around or inside ours. The SDK reads this list at each task.
    interceptors.activity.sort((a, b) => this.placeOf(a) - this.placeOf(b));
    this.values = new Values(loadedDataConverter);
    this.knowsConverter = true;
    this.labels = this.values.passRawValues;
    this.functions.clear();
    this.activities.clear();
    this.atCallSites.clear();
    this.register(activities);
    this.reporter.useMeter(meter);
    for (const type of this.cachedTypes) if (!this.canLabel(type)) noteUnlabelled(type);
  }

  get hasCodecs(): boolean {
    return this.values.hasCodecs;
  }

  get cachedTypes(): string[] {
    return [...this.functions.keys()].filter((type) => this.activityOf(type) !== undefined);
  }

  /** Whether some Activity may wait for its turn. */
  get serializes(): boolean {
    return this.cachedTypes.some((type) => this.activityOf(type)!.serializes);
  }

  /** What this Worker runs, with the versions that can be known beforehand. @param workflows - of its bundle */
  async build(workflows: string | undefined): Promise<Build> {
    const activities: Build['activities'] = {};
    for (const [type, fn] of this.functions) {
      const policy = this.activityOf(type)?.policy ?? { ...uncached, fn };
      const version = await versionBeforehand(policy, type);
      if (version !== undefined) activities[type] = version;
    }
    return { activities, workflows };
  }

  useReservations(reservations: Services['reservations']): void {
    this.reservations = reservations;
  }

  /** Innermost: after the user's. */
  readonly cacheFactory: ActivityInterceptorsFactory = (context) => {
    this.learnConverter(context);
    return { inbound: this.inboundOf(context) };
  };

  private inboundOf(context: Context): ActivityInboundCallsInterceptor {
    const { activityType, taskQueue } = context.info;
    if (activityType === RESOLVE) return new LookupInterceptor(context, this.known(taskQueue));
    if (activityType === STORE) return new StoreInterceptor(context, this.known(taskQueue));
    if (activityType === SETTLE_TURN) return new SettleInterceptor(this.known(taskQueue));
    if (activityType === USED) return new UsedInterceptor(this.known(taskQueue));
    return new CacheActivityInterceptor(context, (type, call) => this.activityAt(type, call), this.reporter);
  }

  /** Outermost: before the user's. What a look-up answers is labelled already. */
  readonly labelFactory: ActivityInterceptorsFactory = (context) => {
    if (OURS.includes(context.info.activityType)) return {};
    const values = this.labels ? this.values : undefined;
    const outputOf = (type: string) => outputTypeOf(this.functionOf(type));
    return { inbound: new LabelInterceptor(context, this.reporter, values, outputOf) };
  };

  /** Not started, when a plugin around ours passes on no `runWorker`: values must go through the Worker's codecs all the same. */
  private learnConverter(context: Context): void {
    if (this.knowsConverter) return;
    this.knowsConverter = true;
    try {
      this.values = new Values(context.client.options.loadedDataConverter);
      this.activities.clear();
      this.atCallSites.clear();
    } catch {
      // in a mock there is no client: as Temporal converts by default
    }
  }

  /** The label outermost, the cache innermost, the others between them as they are. */
  private placeOf(factory: ActivityInterceptorsFactory): number {
    if (factory === this.labelFactory) return 0;
    return factory === this.cacheFactory ? 2 : 1;
  }

  private canLabel(type: string): boolean {
    return this.labels && outputTypeOf(this.functionOf(type))?.transferTypeConverter === undefined;
  }

  private functionOf(type: string): AnyFunction | undefined {
    return this.functions.get(type) ?? this.functions.get(FALLBACK);
  }

  private known(taskQueue: string): Known {
    const { values, reporter } = this;
    return {
      // A function of the same name may serve another queue.
      activityFor: (question) => {
        const { activityType, cache, workflow, taskQueue: other = taskQueue } = question;
        if (workflow !== undefined) return this.workflowFor(question);
        return other === taskQueue && this.functionOf(activityType) !== undefined
          ? this.activityAt(activityType, { cache })
          : this.activityElsewhere(activityType, cache);
      },
      typeInfoOf: (type) => inputTypesOf(this.functionOf(type)),
      values,
      reporter,
      reservations: async () => {
        const ready = await Promise.race([this.reservations(), sleep(SOON_MS, undefined, { ref: false })]);
        return typeof ready === 'object' ? ready : undefined;
      },
      scope: this.options.scope,
      dependencies: this.dependencies,
    };
  }

  /** As the call itself says, over what is declared. */
  private activityAt(type: string, { cache }: TravellingCall): CachedActivity | undefined {
    if (cache === undefined || cache === true) return this.activityOf(type);
    return this.atCallSite(`${type} ${JSON.stringify(cache)}`, () => {
      const fn = this.functionOf(type);
      if (fn === undefined) return undefined;
      try {
        const layer = toCallSiteLayer(cache, `cache of '${type}'`);
        return this.newActivity(type, fn, layer);
      } catch (error) {
        return this.activityWith(misfit(fn, error));
      }
    });
  }

  private workflowFor(question: Question): CachedActivity | undefined {
    const { activityType, cache, workflow } = question;
    const { source, declared } = workflow?.own ?? {};
    const name = `workflow ${activityType} ${JSON.stringify([cache, declared, source])}`;
    return this.atCallSite(name, () => {
      try {
        const policy = workflowPolicy(question);
        return policy && this.activityWith(policy);
      } catch (error) {
        return this.activityWith(misfit(unseen, error));
      }
    });
  }

  /** Of a function that this Worker does not have: what the call says, and this plugin's options. Without a version nobody knows enough. */
  private activityElsewhere(type: string, cache: unknown): CachedActivity | 'unknown' {
    const found = this.atCallSite(`elsewhere ${type} ${JSON.stringify(cache)}`, () => {
      try {
        const layer = toCallSiteLayer(cache, `cache of '${type}'`);
        if (layer?.version === undefined) return undefined;
        return this.newActivity(type, unseen, layer);
      } catch {
        return undefined; // the Worker that has the function says what is wrong
      }
    });
    return found ?? 'unknown';
  }

  private atCallSite(name: string, make: () => CachedActivity | undefined): CachedActivity | undefined {
    if (this.atCallSites.size > MOST_CALL_SITES) this.atCallSites.clear();
    if (!this.atCallSites.has(name)) this.atCallSites.set(name, make());
    return this.atCallSites.get(name);
  }

  private activityOf(type: string): CachedActivity | undefined {
    if (this.activities.has(type)) return this.activities.get(type);
    try {
      return this.resolve(type);
    } catch (error) {
      // A type that only `default` serves, and that the options name, is met at its first call: too late to refuse the Worker.
      const activity = this.activityWith(misfit(this.functionOf(type)!, error));
      this.activities.set(type, activity);
      return activity;
    }
  }

  private resolve(type: string): CachedActivity | undefined {
    const fn = this.functionOf(type);
    const activity = fn === undefined ? undefined : this.newActivity(type, fn);
    this.activities.set(type, activity);
    return activity;
  }

  /** @param callSite - what a call says of itself; only with a behaviour does it cache what nobody else says is cached */
  private newActivity(type: string, fn: AnyFunction, callSite?: CacheLayer): CachedActivity | undefined {
    const named = this.options.activities.get(type);
    const wrapped = layersOf(wrappingOf(fn));
    const says = callSite?.behavior !== undefined;
    if (named === undefined && wrapped.length === 0 && !says) return undefined;
    const where = `CachePlugin, Activity '${type}'`;
    if (named !== undefined && fn !== unseen) resolvePolicy([named, ...wrapped], fn, where, 'strict');
    if (callSite !== undefined) resolvePolicy([callSite, ...wrapped], fn, where, 'strict');
    const layers = [callSite, named, ...wrapped, this.options.defaults].filter(
      (layer) => layer !== undefined,
    );
    const { policy } = resolvePolicy(layers, fn, where, 'lenient');
    // Both halves must find the same key, and where the function is unseen its parameters are too.
    const signature = ['call site', layers.find((layer) => layer.signature !== undefined)?.signature ?? ''];
    return this.activityWith(callSite?.version === undefined ? policy : { ...policy, signature });
  }

  private activityWith(policy: Policy): CachedActivity {
    const { scope, vary, secret } = this.options;
    const keepInputDigests = secret !== undefined || !this.values.hasCodecs;
    const identifier = new Identifier(policy, { scope, vary, digest: digester(secret), keepInputDigests });
    return new CachedActivity(policy, identifier, this.services());
  }

  private services(): Services {
    const { scope, secret, maxValueBytes, failsOnStoreError, off } = this.options;
    const { store, values, reporter, dependencies } = this;
    const reservations = () => this.reservations();
    return {
      store,
      values,
      reporter,
      dependencies,
      scope,
      secret,
      maxValueBytes,
      failsOnStoreError,
      off,
      reservations,
    };
  }
}

/** A policy of which every call says what is wrong, and runs. */
const misfit = (fn: AnyFunction, error: unknown): Policy => ({
  fn,
  behavior: 'auto',
  salt: '',
  policies: [{ name: 'misfit', getVersion: () => Promise.reject(error) }], // eslint-disable-line @typescript-eslint/prefer-promise-reject-errors
  signature: null,
  parameterNames: [],
});

/** Stands for a function that another Worker has. */
const unseen: AnyFunction = () => undefined;
