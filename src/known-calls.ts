/** How the calls that one Worker meets are cached: of its own Activities, of others, of Workflows; as declared, and as the call says. */
import type { Declarations } from './dependencies/declarations';
import { declaredBy, type Declared } from './dependencies/declared';
import type { Place } from './dependencies/dependencies';
import { FALLBACK } from './dependencies/publication';
import { CachedActivity, inputTypesOf } from './interceptors/activity/cached-activity';
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

/** Call sites are few; where they are made up call by call, they are not kept for ever. */
const MAX_CALL_SITES = 1_000;
/** UTF-16 units of what they say, and of the sources of Workflows. */
const MAX_CALL_SITE_TEXT = 16 * 1024 * 1024;

export class CachedActivities {
  readonly functions = new Map<string, AnyFunction>();
  /** Of these functions. */
  private readonly activities = new Map<string, CachedActivity | undefined>();
  /** Those of calls that say something of themselves. */
  private readonly atCallSites = new ByText<CachedActivity | undefined>(MAX_CALL_SITES, MAX_CALL_SITE_TEXT);

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

  /** As it is declared here, in milliseconds. */
  ttlOf(type: string): number | undefined {
    return this.activityOf(type)?.policy.ttlMs;
  }

  functionOf(type: string): AnyFunction | undefined {
    return this.functions.get(type) ?? this.functions.get(FALLBACK);
  }

  /**
   * What a Workflow on `taskQueue` asks about.
   * @param declarations - of other Workers
   * @returns undefined where nobody says that it is cached, `'unknown'` where this Worker cannot know enough of it
   */
  async askedFor(
    question: Question,
    place: Place,
    declarations: Declarations,
  ): Promise<CachedActivity | 'unknown' | undefined> {
    const { activityType: type, cache, workflow, taskQueue = place.taskQueue } = question;
    if (workflow?.own !== undefined) return this.workflowFor(question, workflow.own.declared);
    // A function of the same name may serve another queue.
    const isHere = taskQueue === place.taskQueue && this.functionOf(type) !== undefined;
    if (workflow === undefined && isHere) return this.activityAt(type, { cache });
    if (workflow === undefined && !saysVersion(cache)) return 'unknown';
    const there = { ...place, taskQueue };
    try {
      if (workflow === undefined) {
        const declared = await declarations.ofActivity(type, there);
        return declared === undefined ? 'unknown' : this.activityElsewhere(type, cache, declared);
      }
      const known = await declarations.ofWorkflow(type, there);
      return known === undefined ? 'unknown' : this.workflowFor(question, known.declared);
    } catch {
      return 'unknown'; // told by the store's guard
    }
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

  private workflowFor(question: Question, declared: unknown): CachedActivity | undefined {
    const { activityType, cache, workflow } = question;
    const name = `workflow ${activityType} ${JSON.stringify([cache, declared, workflow?.own?.source])}`;
    return this.atCallSites.get(name, () => {
      try {
        const policy = workflowPolicy(question, declared);
        return policy && this.activityWith(policy);
      } catch (error) {
        return this.activityWith(misfit(unseen, error));
      }
    });
  }

  /** Of a function that other Workers have: what the call says, over what they declare. */
  private activityElsewhere(type: string, cache: unknown, declared: Declared): CachedActivity | 'unknown' {
    const found = this.atCallSites.get(`elsewhere ${type} ${JSON.stringify([cache, declared])}`, () => {
      try {
        const layer = toCallSiteLayer(cache, `cache of '${type}'`)!;
        const { policy } = resolvePolicy([layer, declared], unseen, `Activity '${type}'`, 'strict', {
          called: CALL_SITE,
          callSite: layer,
        });
        if (layer.ttlMs !== undefined) policy.ownTtl = true;
        return this.activityWith(policy);
      } catch {
        return undefined; // the Worker that has the function says what is wrong
      }
    });
    return found ?? 'unknown';
  }

  /** How those of this Worker are declared, where that is data alone. */
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
    // Any text may be such a type.
    return this.atCallSites.get(JSON.stringify([FALLBACK, type]), () => {
      try {
        return this.newActivity(type, byDefault);
      } catch (error) {
        return this.activityWith(misfit(byDefault, error)); // that the options name: too late to refuse the Worker
      }
    });
  }

  private resolve(type: string): CachedActivity | undefined {
    const activity = this.newActivity(type, this.functions.get(type)!);
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
    if (named !== undefined) resolvePolicy([named, ...wrapped], fn, where, 'strict');
    if (callSite !== undefined) resolvePolicy([callSite, ...wrapped], fn, where, 'strict');
    const layers = [...(callSite === undefined ? [] : [callSite]), ...this.layersFor(type, fn)];
    const called = callSite?.version === undefined ? undefined : CALL_SITE;
    const { policy } = resolvePolicy(layers, fn, where, 'lenient', { called, callSite });
    if (callSite?.ttlMs !== undefined) policy.ownTtl = true;
    return this.activityWith(policy);
  }

  /** What is declared; highest precedence first. */
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

/** With a version of the call's own. Both halves must find the same key, and where the function is unseen its parameters are too. */
const CALL_SITE = { kind: 'call site' } as const;

/** Without a version nobody but the Activity's own Worker knows enough. */
function saysVersion(cache: unknown): boolean {
  try {
    return toCallSiteLayer(cache, 'cache')?.version !== undefined;
  } catch {
    return false; // the Worker that has the function says what is wrong
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
