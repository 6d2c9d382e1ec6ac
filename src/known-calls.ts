/**
 * Decides how the calls of one Worker are cached: Activities of its own or of other Workers, and
 * Workflows, as declared and as the call's own options say.
 */
import type { Declarations } from './dependencies/declarations';
import { declaredBy, type Declared } from './dependencies/declared';
import type { Place } from './dependencies/dependencies';
import { FALLBACK } from './dependencies/publication';
import { CachedActivity } from './interceptors/activity/cached-activity';
import { inputTypesOf } from './interceptors/activity/type-info';
import type { Services } from './worker/look';
import { digester } from './key/key';
import { OURS, type Question } from './wire/questions';
import type { ResolvedOptions } from './plugin-options';
import { ByText } from './policy/by-text';
import type { CacheLayer } from './options/cache-options';
import { layersOf, wrappingOf } from './policy/cached';
import { toCallSiteLayer, type TravellingCall } from './options/call-site';
import { Identifier } from './policy/identify';
import { type AnyFunction, type Policy, resolvePolicy } from './policy/resolve';
import { workflowPolicy } from './policy/workflow-policy';

/**
 * The maximum number of call sites that are kept. There are few in practice, but options may be
 * generated for each call.
 */
const MAX_CALL_SITES = 1_000;
/** The maximum size of their options, and of the sources of Workflows, in UTF-16 units. */
const MAX_CALL_SITE_TEXT = 16 * 1024 * 1024;

export class CachedActivities {
  readonly functions = new Map<string, AnyFunction>();
  /** The cached Activities among these functions. */
  private readonly activities = new Map<string, CachedActivity | undefined>();
  /** The cached Activities of calls that have options of their own. */
  private readonly atCallSites = new ByText<CachedActivity | undefined>(MAX_CALL_SITES, MAX_CALL_SITE_TEXT);

  /** The code of the Worker's Workflow bundle, if it is known. */
  bundle: () => string | undefined = () => undefined;

  constructor(
    private readonly options: ResolvedOptions,
    private readonly services: () => Services,
  ) {}

  /**
   * Registers the Worker's Activities. An invalid policy fails here, rather than at the first call.
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

  /** Must be called when the services have changed. */
  forget(): void {
    this.activities.clear();
    this.atCallSites.clear();
  }

  /** The types of the Worker's cached Activities. */
  get types(): string[] {
    return [...this.functions.keys()].filter((type) => this.activityOf(type) !== undefined);
  }

  /** The declared `ttl` of a type, in milliseconds. */
  ttlOf(type: string): number | undefined {
    return this.activityOf(type)?.policy.ttlMs;
  }

  functionOf(type: string): AnyFunction | undefined {
    return this.functions.get(type) ?? this.functions.get(FALLBACK);
  }

  /**
   * How the call that a Workflow asks about is cached.
   * @param declarations - the declarations of other Workers
   * @returns undefined if nothing declares that it is cached, `'unknown'` if this Worker does not
   *   know enough about it
   */
  async askedFor(
    question: Question,
    place: Place,
    declarations: Declarations,
  ): Promise<CachedActivity | 'unknown' | undefined> {
    const { activityType: type, cache, workflow, taskQueue = place.taskQueue } = question;
    if (workflow?.own !== undefined) return this.workflowFor(question, workflow.own.declared);
    // A function of the same name may serve another task queue.
    const isHere = taskQueue === place.taskQueue && this.functionOf(type) !== undefined;
    if (workflow === undefined && isHere) return this.activityAt(type, { cache });
    if (workflow === undefined && !saysVersion(cache)) return 'unknown';
    const there = { ...place, taskQueue };
    try {
      if (workflow === undefined) {
        const declared = await declarations.ofActivity(type, there);
        return declared === undefined ? 'unknown' : this.activityElsewhere(type, cache, declared);
      }
      const asksHere = this.options.workflows.has(type);
      const known = await declarations.ofWorkflow(type, there, asksHere);
      return known === undefined ? 'unknown' : this.workflowFor(question, known.declared);
    } catch {
      return 'unknown'; // The store's guard reports the error.
    }
  }

  /**
   * How a call of this Worker's function is cached: the call's own options, over the declared ones.
   */
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

  private workflowFor(question: Question, declared: unknown): CachedActivity | undefined {
    const { activityType, cache, workflow } = question;
    const name = `workflow ${activityType} ${JSON.stringify([cache, declared, workflow?.own?.source])}`;
    return this.atCallSites.get(name, () => {
      try {
        const policy = workflowPolicy(question, declared, this.bundle);
        return policy && this.activityWith({ ...policy, ...this.options.workflows.get(activityType) });
      } catch (error) {
        return this.activityWith(misfit(unseen, error));
      }
    });
  }

  /**
   * How a call of another Worker's function is cached: the call's own options, over what that
   * Worker declares.
   */
  private activityElsewhere(type: string, cache: unknown, declared: Declared): CachedActivity | 'unknown' {
    const found = this.atCallSites.get(`other queue ${type} ${JSON.stringify([cache, declared])}`, () => {
      try {
        const layer = toCallSiteLayer(cache, `cache of '${type}'`)!;
        const { policy } = resolvePolicy([layer, declared], unseen, `Activity '${type}'`, 'strict', {
          called: CALL_SITE,
          callSite: layer,
        });
        if (layer.ttlMs !== undefined) policy.ownTtl = true;
        return this.activityWith(policy);
      } catch {
        return undefined; // The Worker that has the function reports the error.
      }
    });
    return found ?? 'unknown';
  }

  /** The declarations of this Worker's Activities, as far as they consist of data only. */
  get declared(): Record<string, Declared> {
    const known = [...this.functions].flatMap(([type, fn]) => {
      const declared = inputTypesOf(fn) === undefined ? declaredBy(this.layersFor(type, fn), fn) : undefined;
      return declared === undefined ? [] : [[type, declared] as const];
    });
    return Object.fromEntries(known);
  }

  activityOf(type: string): CachedActivity | undefined {
    if (this.activities.has(type)) return this.activities.get(type);
    if (this.functions.has(type)) return this.resolve(type);
    const byDefault = this.functionOf(type);
    if (byDefault === undefined) return undefined;
    // Any text may be such a type, so the cache with bounded size is used.
    return this.atCallSites.get(JSON.stringify([FALLBACK, type]), () => {
      try {
        return this.newActivity(type, byDefault);
      } catch (error) {
        // An invalid option that names this type is found too late to reject the Worker.
        return this.activityWith(misfit(byDefault, error));
      }
    });
  }

  private resolve(type: string): CachedActivity | undefined {
    const activity = this.newActivity(type, this.functions.get(type)!);
    this.activities.set(type, activity);
    return activity;
  }

  /**
   * @param callSite - the options of the call. Only with a behavior do they cache an Activity that
   *   is not otherwise declared as cached.
   */
  private newActivity(type: string, fn: AnyFunction, callSite?: CacheLayer): CachedActivity | undefined {
    const named = this.options.activities.get(type);
    const wrapped = layersOf(wrappingOf(fn));
    const says = callSite?.behavior !== undefined;
    if (named === undefined && wrapped.length === 0 && !says) return undefined;
    const where = `CachePlugin, Activity '${type}'`;
    if (named !== undefined) resolvePolicy([named, ...wrapped], fn, where, 'strict');
    if (callSite !== undefined) resolvePolicy([callSite, ...wrapped], fn, where, 'strict');
    const layers = [...(callSite === undefined ? [] : [callSite]), ...this.layersFor(type, fn)];
    const called = callSite?.version === undefined ? undefined : CALL_SITE;
    const { policy } = resolvePolicy(layers, fn, where, 'lenient', { called, callSite });
    if (callSite?.ttlMs !== undefined) policy.ownTtl = true;
    return this.activityWith(policy);
  }

  /** The declared layers, with the highest precedence first. */
  private layersFor(type: string, fn: AnyFunction): CacheLayer[] {
    const { activities, defaults } = this.options;
    return [activities.get(type), ...layersOf(wrappingOf(fn)), defaults].filter(
      (layer) => layer !== undefined,
    );
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

/**
 * Marks a policy with a version that the call sets. The Workflow and the Activity's Worker must
 * compute the same key, and the parameters of an unseen function are unknown.
 */
const CALL_SITE = { kind: 'call site' } as const;

/** Whether the call sets a version. Otherwise only the Activity's own Worker knows enough. */
function saysVersion(cache: unknown): boolean {
  try {
    return toCallSiteLayer(cache, 'cache')?.version !== undefined;
  } catch {
    return false; // The Worker that has the function reports the error.
  }
}

/** A policy for which every call reports the error, and runs. */
const misfit = (fn: AnyFunction, error: unknown): Policy => ({
  fn,
  behavior: 'auto',
  salt: '',
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as it was thrown
  policies: [{ name: 'misfit', getVersion: () => Promise.reject(error) }],
  signature: null,
  parameterNames: [],
});

/** A placeholder for a function that another Worker has. */
const unseen: AnyFunction = () => undefined;
