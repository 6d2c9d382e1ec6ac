/** The cache of one Worker: which of its Activities are cached, and how. */
import type { Context } from '@temporalio/activity';
import type { ActivityInterceptorsFactory, Worker } from '@temporalio/worker';
import type { MetricMeter } from '@temporalio/common';
import { CacheActivityInterceptor } from './interceptors/activity';
import { CachedActivity, outputTypeOf, type Services } from './interceptors/cached-activity';
import { LabelInterceptor } from './interceptors/label';
import { Values } from './interceptors/values';
import { digester } from './key/key';
import type { ResolvedOptions } from './options';
import { layersOf, wrappingOf } from './policy/cached';
import { Identifier } from './policy/identify';
import { type AnyFunction, type Policy, resolvePolicy } from './policy/resolve';
import type { Reporter } from './interceptors/reporter';
import { noteUnlabelled } from './report/unlabelled';
import type { GuardedStore } from './store/guard';

/** What the SDK runs when no Activity of the type asked for is registered. */
const FALLBACK = 'default';

export class WorkerCache {
  private readonly functions = new Map<string, AnyFunction>();
  private readonly activities = new Map<string, CachedActivity | undefined>();
  private values = new Values();
  private knowsConverter = false;
  private labels = false;
  private reservations: Services['reservations'] = async () => 'none';

  constructor(
    private readonly options: ResolvedOptions,
    private readonly store: GuardedStore,
    private readonly reporter: Reporter,
  ) {}

  /**
   * Learns the Worker's Activities; a policy that cannot hold is an error now, not at the first call.
   * @throws {CacheOptionsError}
   */
  register(activities: Iterable<[string, unknown]>): void {
    for (const [type, fn] of activities) {
      if (typeof fn !== 'function') continue;
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

  useReservations(reservations: Services['reservations']): void {
    this.reservations = reservations;
  }

  /** Innermost: after the user's. */
  readonly cacheFactory: ActivityInterceptorsFactory = (context) => {
    this.learnConverter(context);
    return { inbound: new CacheActivityInterceptor(context, (type) => this.activityOf(type), this.reporter) };
  };

  /** Outermost: before the user's. */
  readonly labelFactory: ActivityInterceptorsFactory = (context) => ({
    inbound: new LabelInterceptor(context, this.reporter, this.labels ? this.values : undefined, (type) =>
      outputTypeOf(this.functionOf(type)),
    ),
  });

  /** Not started, when a plugin around ours passes on no `runWorker`: values must go through the Worker's codecs all the same. */
  private learnConverter(context: Context): void {
    if (this.knowsConverter) return;
    this.knowsConverter = true;
    try {
      this.values = new Values(context.client.options.loadedDataConverter);
      this.activities.clear();
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
    const activity = this.newActivity(type);
    this.activities.set(type, activity);
    return activity;
  }

  private newActivity(type: string): CachedActivity | undefined {
    const fn = this.functionOf(type);
    if (fn === undefined) return undefined;
    const named = this.options.activities.get(type);
    const wrapped = layersOf(wrappingOf(fn));
    if (named === undefined && wrapped.length === 0) return undefined;
    const where = `CachePlugin, Activity '${type}'`;
    if (named !== undefined) resolvePolicy([named, ...wrapped], fn, where, 'strict');
    const layers = [named, ...wrapped, this.options.defaults].filter((layer) => layer !== undefined);
    return this.activityWith(resolvePolicy(layers, fn, where, 'lenient').policy);
  }

  private activityWith(policy: Policy): CachedActivity {
    const { scope, vary, secret } = this.options;
    const keepInputDigests = secret !== undefined || !this.values.hasCodecs;
    const identifier = new Identifier(policy, { scope, vary, digest: digester(secret), keepInputDigests });
    return new CachedActivity(policy, identifier, this.services());
  }

  private services(): Services {
    const { scope, secret, maxValueBytes, failsOnStoreError, off } = this.options;
    const { store, values, reporter } = this;
    const reservations = () => this.reservations();
    return { store, values, reporter, scope, secret, maxValueBytes, failsOnStoreError, off, reservations };
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
