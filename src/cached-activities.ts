/** How the calls that one Worker meets are cached: of its own Activities, of others, of Workflows; as declared, and as the call says. */
import { CachedActivity, type Services } from './interceptors/cached-activity';
import { digester } from './key/key';
import { OURS, type Question } from './lookup/protocol';
import type { ResolvedOptions } from './options';
import { ByText } from './policy/by-text';
import type { CacheLayer } from './policy/cache-options';
import { layersOf, wrappingOf } from './policy/cached';
import { toCallSiteLayer, type TravellingCall } from './policy/call-site';
import { Identifier } from './policy/identify';
import { type AnyFunction, type Policy, resolvePolicy } from './policy/resolve';
import { workflowPolicy } from './policy/workflow-policy';

/** Call sites are few; where they are made up call by call, they are not kept for ever. */
const MOST_CALL_SITES = 1_000;
/** UTF-16 units of what they say, and of the sources of Workflows. */
const LONGEST_CALL_SITES = 16 * 1024 * 1024;

/** What the SDK runs when no Activity of the type asked for is registered. */
const FALLBACK = 'default';

export class CachedActivities {
  readonly functions = new Map<string, AnyFunction>();
  private readonly activities = new Map<string, CachedActivity | undefined>();
  /** Those of calls that say something of themselves. */
  private readonly atCallSites = new ByText<CachedActivity | undefined>(MOST_CALL_SITES, LONGEST_CALL_SITES);

  constructor(
    private readonly options: ResolvedOptions,
    private readonly services: () => Services,
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

  /** Services have changed. */
  forget(): void {
    this.activities.clear();
    this.atCallSites.clear();
  }

  /** Of the Worker's Activities those that are cached. */
  get types(): string[] {
    return [...this.functions.keys()].filter((type) => this.activityOf(type) !== undefined);
  }

  functionOf(type: string): AnyFunction | undefined {
    return this.functions.get(type) ?? this.functions.get(FALLBACK);
  }

  /** What a Workflow on `taskQueue` asks about; `'unknown'`: this Worker does not know enough of it. */
  askedFor(question: Question, taskQueue: string): CachedActivity | 'unknown' | undefined {
    const { activityType, cache, workflow, taskQueue: other = taskQueue } = question;
    if (workflow !== undefined) return this.workflowFor(question);
    // A function of the same name may serve another queue.
    return other === taskQueue && this.functionOf(activityType) !== undefined
      ? this.activityAt(activityType, { cache })
      : this.activityElsewhere(activityType, cache);
  }

  /** As the call itself says, over what is declared. */
  activityAt(type: string, { cache }: TravellingCall): CachedActivity | undefined {
    if (cache === undefined || cache === true) return this.activityOf(type);
    return this.atCallSites.get(`${type} ${JSON.stringify(cache)}`, () => {
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
    return this.atCallSites.get(name, () => {
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
    const found = this.atCallSites.get(`elsewhere ${type} ${JSON.stringify(cache)}`, () => {
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

  activityOf(type: string): CachedActivity | undefined {
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
    const services = this.services();
    const { hasCodecs: hideMemberNames } = services.values;
    const keepInputDigests = secret !== undefined || !hideMemberNames;
    const space = { scope, vary, digest: digester(secret), keepInputDigests, hideMemberNames };
    const identifier = new Identifier(policy, space);
    return new CachedActivity(policy, identifier, services);
  }
}

/** A policy of which every call says what is wrong, and runs. */
const misfit = (fn: AnyFunction, error: unknown): Policy => ({
  fn,
  behavior: 'auto',
  salt: '',
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as it was thrown
  policies: [{ name: 'misfit', getVersion: () => Promise.reject(error) }],
  signature: null,
  parameterNames: [],
});

/** Stands for a function that another Worker has. */
const unseen: AnyFunction = () => undefined;
