/**
 * Decides whether everything that a cached Workflow used is unchanged, by comparing what Workers
 * publish:
 *
 * - A result is valid while every Worker that runs a type runs the version that made the result,
 *   and at least one such Worker exists. Where several versions run, the version of the Worker that
 *   looks up decides, for Activities whose results name the version that made them.
 * - A result is stored if the version of everything that made it is known: either its results name
 *   the version, or no Worker ran another version during the run.
 * - For a Workflow that is pinned to a version of a Worker Deployment, only the Workers of that
 *   version count, on queues that have any.
 * - What a Workflow used on its own task queue is compared on the queue of the Workflow that looks
 *   up.
 */
import type { GuardedStore } from '../store/guard';
import { Builds, type WorkerSighting } from './builds';
import { usesOf, useOf } from './note-names';
import {
  type Ambiguous,
  MAX_USED,
  nameOf,
  type CollectorAddress,
  TOO_MUCH,
  type Use,
  type Used,
  type UsedResult,
  type VersionedUse,
} from '../wire/uses';
import { type Build, FALLBACK, MAX_RUN_MS, UNKNOWN } from './publication';

/** The place where a Workflow runs. */
export interface Place {
  namespace: string;
  taskQueue: string;
  /** The version of a Worker Deployment that the Workflow is pinned to. */
  deployment?: string;
}

/** Everything that a Workflow and its descendants used. */
export interface Collected {
  uses: Use[];
  results: UsedResult[];
  /** Types of Activities that returned results without a cache label. */
  unlabelled: string[];
}

/** The answer where it cannot be known whether something has changed. */
export interface Unsure {
  unsure: string;
}

const KNOWN_BY = "give it a 'version', or give all Workers of its queue the plugin with this store and scope";

export class Dependencies {
  private readonly builds: Builds;

  constructor(
    private readonly store: GuardedStore,
    scope: string,
  ) {
    this.builds = new Builds(store, scope);
  }

  /**
   * @param place - the place of the Workflow that looks up
   * @param own - what the Worker that looks up runs
   * @returns what has changed, or undefined if nothing has
   * @throws {CacheStoreError}
   */
  async changeIn(
    uses: readonly VersionedUse[],
    place: Place,
    own?: Build,
  ): Promise<string | Unsure | undefined> {
    for (const [taskQueue, ofQueue] of byQueue(uses, place)) {
      const live = await this.serving(place, uses, await this.builds.live(place.namespace, taskQueue));
      for (const use of ofQueue) {
        const name = nameOf({ ...use, taskQueue });
        const versions = new Set(await this.versionsOf(use, live));
        if (this.store.readsOnly && taskQueue === place.taskQueue)
          // A Worker with a read-only store publishes nothing, so its own versions are added here.
          for (const version of versionsIn(own, use)) versions.add(version);
        if (versions.size === 0) return `nobody runs ${name}`;
        if (!versions.has(use.version)) return `another version of ${name}`;
        if (versions.size === 1) continue;
        const isOwn = use.kind === 'activity' && taskQueue === place.taskQueue;
        const says = isOwn && own?.labels?.[use.type] !== undefined;
        if (!says) return { unsure: `several versions of ${name} run` };
        if (own.activities[use.type] !== use.version) return `another version of ${name}`;
      }
    }
    return undefined;
  }

  /**
   * Everything on all queues that runs in several versions now.
   * @throws {CacheStoreError}
   */
  async ambiguous(place: Pick<Place, 'namespace' | 'deployment'>): Promise<Ambiguous> {
    const found = new Set<string>();
    const all = await this.builds.live(place.namespace);
    for (const [taskQueue, live] of groupBy(all, (seen) => seen.taskQueue)) {
      const versions = new Map<string, string>();
      for (const { build } of await this.serving(place, [], live)) {
        const { activities, workflows } = (await this.builds.buildOf(build)) ?? { activities: {} };
        const all = Object.entries(activities).map(([type, version]) => [
          nameOf({ kind: 'activity', taskQueue, type }),
          version,
        ]);
        if (workflows !== undefined) all.push([workflowsOn(taskQueue), workflows]);
        for (const [name, version] of all) {
          if ((versions.get(name!) ?? version) !== version) found.add(name!);
          versions.set(name!, version!);
        }
      }
    }
    return [...found];
  }

  /**
   * The versions of everything that was used since `startedAt`.
   * @param place - the place of the Workflow that used it
   * @param unlabelled - types whose results have no cache label
   * @returns a text with the reason where the versions cannot be known
   * @throws {CacheStoreError}
   */
  async versions(
    uses: readonly (Use | VersionedUse)[],
    since: { startedAt: number; ambiguous: Ambiguous },
    place: Place,
    unlabelled: readonly string[] = [],
  ): Promise<VersionedUse[] | string> {
    const { now } = await this.store.draw(this.store.deadline());
    if (now - since.startedAt > MAX_RUN_MS) return 'the run took too long to know what it used';
    const versioned: VersionedUse[] = [];
    for (const [taskQueue, ofQueue] of byQueue(uses, place)) {
      const all = await this.builds.seenSince(place.namespace, taskQueue, since.startedAt);
      const seen = await this.serving(place, uses, all);
      for (const { madeBy, ...use } of ofQueue) {
        const name = nameOf({ ...use, taskQueue });
        const isSilent = use.kind === 'activity' && unlabelled.includes(use.type);
        if (isSilent && (await this.isCached(use.type, seen)))
          return `results of ${name} do not say which entries they are`;
        const versions = new Set(await this.versionsOf(use, seen));
        const named = await this.namedVersion(madeBy, use.type, seen);
        const [version] = named ?? versions;
        if (version === undefined || version === UNKNOWN || (named === undefined && versions.has(UNKNOWN)))
          return `the version of ${name} is not known: ${KNOWN_BY}`;
        const ambiguous = use.kind === 'workflow' ? workflowsOn(taskQueue) : name;
        if (named === undefined && (versions.size > 1 || since.ambiguous.includes(ambiguous)))
          return `several versions of ${name} ran, and its results do not say which made them`;
        versioned.push({ ...use, ...(named !== undefined && { madeBy }), version });
      }
    }
    return versioned;
  }

  /** @throws {CacheStoreError} */
  async report(to: CollectorAddress, used: Used): Promise<void> {
    await this.store.note(useOf(to), JSON.stringify(used));
  }

  /**
   * @param taskQueue - the task queue of the Workflow
   * @param isUnit - the Workflow has a version, so only its known results count, and code does not
   * @returns a text if the report of a child is missing, or if something was used that cannot be
   *   kept
   * @throws {CacheStoreError}
   */
  async collect(
    collector: string,
    own: Used,
    taskQueue: string,
    isUnit = false,
  ): Promise<Collected | string> {
    const notes = await this.store.notes(usesOf(collector));
    const all = new Map<string, Use>();
    const keep = ({ madeBy, ...use }: Use) => {
      const known = all.get(nameOf(use));
      const isSame = known === undefined || known.madeBy === madeBy;
      all.set(nameOf(use), { ...use, ...(isSame && madeBy !== undefined && { madeBy }) });
    };
    /**
     * Children by name, with the queue they were given. Undefined means the Workflow's own queue.
     */
    const children = new Map<string, string | undefined>();
    const results = new Map<string, UsedResult>();
    const unlabelled = new Set<string>();
    let unkept: string | undefined;
    const add = (used: Used, at: string | undefined) => {
      const { uses, children: below, queues } = used;
      for (const result of used.results ?? []) results.set(`${result.key} ${result.ticket}`, result);
      for (const type of used.unlabelled ?? []) unlabelled.add(type);
      unkept ??= used.tooMuch ? TOO_MUCH : used.unkept;
      for (const use of uses) {
        const named = use.taskQueue ?? at;
        keep({ ...use, taskQueue: named });
        // A queue that is named and equal to the Workflow's own may mean either, so both are kept.
        if (named === taskQueue) keep({ ...use, taskQueue: undefined });
      }
      for (const child of below) children.set(child, queues?.[child] ?? at);
    };
    add(own, undefined);
    if (isUnit) for (const { text } of notes) add(JSON.parse(text) as Used, undefined);
    else
      for (const [child, at] of children) {
        const prefix = usesOf(collector, child);
        const reports = notes.filter(({ name }) => name.startsWith(prefix));
        if (reports.length === 0) return `child '${child}' did not say what it used`;
        for (const { text } of reports) add(JSON.parse(text) as Used, at);
      }
    await Promise.all(notes.map(({ name }) => this.store.note(name, undefined)));
    if (unkept !== undefined) return unkept;
    if (results.size > MAX_USED) return `it used more than ${MAX_USED.toLocaleString('en')} results`;
    return { uses: [...all.values()], results: [...results.values()], unlabelled: [...unlabelled] };
  }

  /**
   * The Workers among these that serve the Workflow. All of them count if it has children, because
   * children may be pinned to other versions, or to none.
   */
  private async serving(
    { deployment }: Pick<Place, 'deployment'>,
    uses: readonly Use[],
    seen: readonly WorkerSighting[],
  ): Promise<readonly WorkerSighting[]> {
    if (deployment === undefined || uses.some(({ kind }) => kind === 'workflow')) return seen;
    const builds = await Promise.all(seen.map(({ build }) => this.builds.buildOf(build)));
    if (!builds.some((build) => build?.deployment === deployment)) return seen;
    return seen.filter((_, i) => builds[i] === undefined || builds[i].deployment === deployment);
  }

  /**
   * The version that results name as the one that made them. Returns undefined if they name none,
   * or if the Workers' builds do not give exactly one version for that name.
   */
  private async namedVersion(
    madeBy: string | undefined,
    type: string,
    seen: readonly WorkerSighting[],
  ): Promise<Set<string> | undefined> {
    if (madeBy === undefined) return undefined;
    const builds = await Promise.all(seen.map(({ build }) => this.builds.buildOf(build)));
    const versions = new Set(
      builds.flatMap((build) => (build?.labels?.[type] === madeBy ? (build.activities[type] ?? []) : [])),
    );
    return versions.size === 1 ? versions : undefined;
  }

  private async isCached(type: string, seen: readonly WorkerSighting[]): Promise<boolean> {
    const builds = await Promise.all(seen.map(({ build }) => this.builds.buildOf(build)));
    return builds.some((build) => {
      const { activities, cached = [] } = build ?? { activities: {} };
      return cached.includes(type) || (!Object.hasOwn(activities, type) && cached.includes(FALLBACK));
    });
  }

  private async versionsOf(use: Use, seen: readonly WorkerSighting[]): Promise<string[]> {
    const builds = await Promise.all(seen.map(({ build }) => this.builds.buildOf(build)));
    return builds.flatMap((build) => versionsIn(build, use));
  }
}

function versionsIn(build: Build | undefined, { kind, type }: Use): readonly string[] {
  if (build === undefined) return [UNKNOWN]; // a Worker without a readable build may run anything
  if (kind === 'workflow') return build.workflows === undefined ? [] : [build.workflows];
  const { [type]: version, [FALLBACK]: any } = build.activities;
  if (version !== undefined) return [version];
  return any === undefined ? [] : [UNKNOWN]; // the fallback runs any type that is asked for
}

const workflowsOn = (taskQueue: string): string => `the Workflows on '${taskQueue}'`;

const byQueue = <U extends Use>(uses: readonly U[], { taskQueue: own }: Place): Map<string, U[]> =>
  groupBy(uses, ({ taskQueue = own }) => taskQueue);

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}
