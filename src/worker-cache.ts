/** The cache of one Worker: its interceptors, and the services that they use. */
import type { Context, Info } from '@temporalio/activity';
import type {
  ActivityInboundCallsInterceptor,
  ActivityInterceptorsFactory,
  Runtime,
  Worker,
} from '@temporalio/worker';
import { setTimeout as sleep } from 'node:timers/promises';
import { CachedActivities } from './known-calls';
import { CacheActivityInterceptor } from './interceptors/activity/activity';
import { outputTypeOf } from './interceptors/activity/type-info';
import { LabelInterceptor } from './interceptors/activity/label';
import { type Known, LookupInterceptor } from './activities/look-up';
import type { Services } from './worker/look';
import { LookupAllInterceptor } from './activities/look-up-all';
import { DependencyReportInterceptor } from './activities/report-dependencies';
import { SettleInterceptor } from './activities/settle-turn';
import { StoreInterceptor } from './activities/store-result';
import { Proofs } from './worker/proof';
import { unseal } from './worker/sealed';
import { Values } from './worker/values';
import { functionName } from './options/function-name';
import type { ResolvedOptions } from './plugin-options';
import { notYours, OURS } from './wire/questions';
import { RESOLVE, RESOLVE_ALL, SETTLE_TURN, STORE, REPORT_DEPENDENCIES } from './wire/names';
import { type Declarations, keySpaceOf } from './dependencies/declarations';
import type { Dependencies } from './dependencies/dependencies';
import { type Deployment, deploymentOf, pinnedTo } from './dependencies/deployment';
import { type Build, UNKNOWN } from './dependencies/publication';
import { uncached, versionBeforehand } from './dependencies/version';
import { type AskedCall, type Explanation, explanationOf } from './explain/explain';
import { LastCalls } from './explain/last-calls';
import type { ExplainCall } from './explain/request';
import { VersionNotes } from './explain/version-notes';
import type { Reporter } from './worker/reporter';
import { reachedBy, wrappedBy } from './key/version/reachable-code';
import { isCachedByItself } from './policy/cached';
import { compiledOptionsOf } from './worker/sdk';
import { forgetWait } from './reservation/caller/caller';
import { Recent } from './reservation/caller/recent';
import { noteUnlabelled } from './report/unlabelled';
import type { GuardedStore } from './store/guard';

/** How long a look-up waits until reservations are ready. */
const SOON_MS = 1_000;

/** How long after a look-up its Workflow Task may fail, by Temporal's longest timeout for one. */
const WORKFLOW_TASK_MS = 120_000;

export class WorkerCache {
  private readonly cached: CachedActivities;
  private readonly proofs: Proofs;
  private readonly versionNotes: VersionNotes;
  private readonly lastCalls = new LastCalls();
  private readonly waits: Known['waits'] = new Recent(WORKFLOW_TASK_MS);
  private values = new Values();
  private knowsConverter = false;
  private labels = false;
  private published?: Promise<void>;
  private own?: Build;
  private deployment?: Deployment;
  private learn: (workflowType: string, declared: unknown) => void = () => undefined;
  private reservations: Services['reservations'] = async () => 'none';

  constructor(
    private readonly options: ResolvedOptions,
    private readonly store: GuardedStore,
    private readonly reporter: Reporter,
    private readonly dependencies: Dependencies,
    private readonly declarations: Declarations,
  ) {
    this.cached = new CachedActivities(options, () => this.services());
    this.proofs = new Proofs(store, options.secret);
    this.versionNotes = new VersionNotes(store, options.secret);
  }

  /** @throws {CacheOptionsError} */
  register(activities: Iterable<[string, unknown]>): void {
    this.cached.register(activities);
  }

  /**
   * Completes the setup when the final Activities, interceptors and data converter are known, and
   * results can be labelled.
   * @param bundle - the code of the Worker's Workflow bundle
   */
  start(
    worker: Worker,
    runtime: Pick<Runtime, 'logger' | 'metricMeter'>,
    bundle: () => string | undefined,
  ): void {
    this.cached.bundle = bundle;
    const { loadedDataConverter, activities, interceptors } = compiledOptionsOf(worker);
    // Later plugins and the older `activityInbound` may place interceptors around or inside ours.
    // The SDK reads this list at each task.
    interceptors.activity.sort((a, b) => this.placeOf(a) - this.placeOf(b));
    this.values = new Values(loadedDataConverter);
    this.knowsConverter = true;
    this.labels = this.values.passRawValues;
    this.cached.functions.clear();
    this.cached.forget();
    this.register(activities);
    this.deployment = deploymentOf(worker.options);
    this.reporter.use(runtime);
    for (const type of this.cachedTypes) if (!this.canLabel(type)) noteUnlabelled(type);
  }

  get hasCodecs(): boolean {
    return this.values.hasCodecs;
  }

  get cachedTypes(): string[] {
    return this.cached.types;
  }

  /** The types of the Worker's Activities, cached or not. */
  get activityTypes(): string[] {
    return [...this.cached.functions.keys()];
  }

  get uncachedTypes(): string[] {
    return this.activityTypes.filter((type) => this.cached.activityOf(type) === undefined);
  }

  /** The version of each cached Activity, or the names of the policies that make it. */
  get versions(): Record<string, string> {
    const versionOf = (type: string) => {
      const { version, policies } = this.cached.activityOf(type)!.policy;
      return version ?? policies.map(({ name }) => name.split('/')[0]).join(' + ');
    };
    return Object.fromEntries(this.cachedTypes.map((type) => [type, versionOf(type)]));
  }

  /** Whether some Activity may wait for its turn. */
  get serializes(): boolean {
    return this.cachedTypes.some((type) => this.cached.activityOf(type)!.serializes);
  }

  /**
   * What this Worker runs, with the versions that are known beforehand.
   * @param workflows - the version of its bundle
   */
  async build(workflows: string | undefined): Promise<Build> {
    const activities: Build['activities'] = {};
    const labels: Record<string, string> = {};
    for (const [type, fn] of this.cached.functions) {
      const cached = this.cached.activityOf(type);
      const known = await versionBeforehand(cached?.policy ?? { ...uncached, fn }, type);
      activities[type] = known?.version ?? UNKNOWN;
      if (known !== undefined && cached?.off === undefined && cached !== undefined && this.canLabel(type))
        labels[type] = known.label;
    }
    this.reporter.unseen(this.unseen());
    this.reporter.lost(this.lost());
    const { declared } = this.cached;
    const cached = this.cachedTypes.filter((type) => this.cached.activityOf(type)!.off === undefined);
    const deployment = this.deployment?.version;
    const keySpace = keySpaceOf(this.options);
    const asked = [...this.options.workflows.keys()].sort();
    const askedWorkflows = asked.length > 0 ? asked : undefined;
    this.own = { activities, labels, cached, workflows, declared, deployment, keySpace, askedWorkflows };
    return this.own;
  }

  /** What the version of each type does not see, by the names in the code. */
  private unseen(): Record<string, string[]> {
    const found: Record<string, string[]> = {};
    for (const type of this.cachedTypes) {
      const { behavior, policies, fn } = this.cached.activityOf(type)!.policy;
      // A policy of the user's own may name what the code does not say.
      const isAlone = policies.every(({ name }) => name.startsWith('reachableCode/'));
      const opaque = behavior === 'auto' && isAlone ? (reachedBy(fn)?.manifest.opaque ?? []) : [];
      if (opaque.length > 0) found[type] = opaque;
    }
    return found;
  }

  /** The types whose options an outer wrapper has dropped, and the function that has them. */
  private lost(): Record<string, string> {
    const found: Record<string, string> = {};
    for (const type of this.uncachedTypes) {
      const inner = wrappedBy(this.cached.functions.get(type)!).find(isCachedByItself);
      if (inner !== undefined) found[type] = functionName(inner);
    }
    return found;
  }

  /** The key of a call that is not made. Undefined if nothing declares here how it is cached. */
  async ask({
    activity,
    args,
    namespace = 'default',
  }: ExplainCall): Promise<AskedCall | Explanation | undefined> {
    const cached = this.cached.activityOf(activity);
    if (cached === undefined) return undefined;
    const info = { activityType: activity, namespace } as Info;
    const call = cached.off === undefined ? await cached.identify({ args, headers: {}, info }) : undefined;
    if (call?.key === undefined)
      return explanationOf(activity, call?.reason ?? cached.off ?? 'off', call?.detail);
    const { key, version } = call;
    const subject = { key, scope: this.options.scope, namespace, activityType: activity, version };
    return { subject, tags: call.tags, facts: { version, ...call.digests() }, policy: cached.policy };
  }

  /** The digests of inputs that codecs have sealed, if this Worker's codecs can read them. */
  async unseal(sealed: string, namespace: string): Promise<Record<string, string> | undefined> {
    const [text] = await unseal(sealed, this.values, namespace).catch(() => []);
    return text === undefined ? undefined : (JSON.parse(text) as Record<string, string>);
  }

  useReservations(reservations: Services['reservations']): void {
    this.reservations = reservations;
  }

  /**
   * Delays all Activities until other Workers can know the versions of this one.
   * @param published - never rejects
   * @param learn - called with the declaration of a Workflow
   */
  publishes(published: Promise<void>, learn: (workflowType: string, declared: unknown) => void): void {
    this.published = published.then(() => void (this.published = undefined));
    this.learn = learn;
  }

  /** The innermost interceptor, after the user's. */
  readonly cacheFactory: ActivityInterceptorsFactory = (context) => {
    this.learnConverter(context);
    const inbound = this.inboundOf(context);
    const { published } = this;
    if (published === undefined) return { inbound };
    return { inbound: { execute: async (...call) => (await published, inbound.execute!(...call)) } };
  };

  private inboundOf(context: Context): ActivityInboundCallsInterceptor {
    const { activityType, isLocal } = context.info;
    if (OURS.includes(activityType) && !isLocal)
      return { execute: () => Promise.reject(notYours(activityType)) };
    if (activityType === RESOLVE) return new LookupInterceptor(context, this.known(context));
    if (activityType === RESOLVE_ALL) return new LookupAllInterceptor(context, this.known(context));
    if (activityType === STORE) return new StoreInterceptor(context, this.known(context));
    if (activityType === SETTLE_TURN) return new SettleInterceptor(this.known(context));
    if (activityType === REPORT_DEPENDENCIES)
      return new DependencyReportInterceptor(context, this.known(context));
    return new CacheActivityInterceptor(
      context,
      (type, call) => this.cached.activityAt(type, call),
      this.reporter,
      this.options.off,
    );
  }

  /** The outermost interceptor, before the user's. Answers of look-ups are labelled already. */
  readonly labelFactory: ActivityInterceptorsFactory = (context) => {
    if (OURS.includes(context.info.activityType)) return {};
    forgetWait(context.info);
    const values = this.labels ? this.values : undefined;
    const outputOf = (type: string) => outputTypeOf(this.cached.functionOf(type));
    return { inbound: new LabelInterceptor(context, this.reporter, values, outputOf) };
  };

  /**
   * Takes the converter from the client if this Worker was not started, because a plugin around
   * ours does not call `runWorker`. Values must pass through the Worker's codecs even then.
   */
  private learnConverter(context: Context): void {
    if (this.knowsConverter) return;
    this.knowsConverter = true;
    try {
      this.values = new Values(context.client.options.loadedDataConverter);
      this.cached.forget();
    } catch {
      // A mock has no client, so Temporal's default conversion is used.
    }
  }

  /** The label is outermost and the cache innermost. The others keep their order between them. */
  private placeOf(factory: ActivityInterceptorsFactory): number {
    if (factory === this.labelFactory) return 0;
    return factory === this.cacheFactory ? 2 : 1;
  }

  private canLabel(type: string): boolean {
    return this.labels && outputTypeOf(this.cached.functionOf(type))?.transferTypeConverter === undefined;
  }

  private known({ info: { namespace, taskQueue } }: Context): Known {
    const { values, reporter } = this;
    return {
      activityFor: (question) => this.cached.askedFor(question, { namespace, taskQueue }, this.declarations),
      deploymentOf: ({ workflow }) => workflow?.own && pinnedTo(this.deployment, workflow.own.versioning),
      learn: ({ activityType, workflow }) => this.learn(activityType, workflow?.own?.declared),
      values,
      reporter,
      reservations: async () => {
        const ready = await Promise.race([this.reservations(), sleep(SOON_MS, undefined, { ref: false })]);
        return typeof ready === 'object' ? ready : undefined;
      },
      scope: this.options.scope,
      waits: this.waits,
      dependencies: this.dependencies,
      proofs: this.proofs,
      isOff: this.options.off,
      readsOnly: this.options.readsOnly,
    };
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
      build: () => this.own,
      ttlOf: (type) => this.cached.ttlOf(type),
      scope,
      secret,
      maxValueBytes,
      failsOnStoreError,
      off,
      reservations,
      versions: this.versionNotes,
      lastCalls: this.lastCalls,
    };
  }
}
