/**
 * Whether what a cached Workflow used is still what it was. What Workers publish is compared:
 *
 * - A result counts while all Workers that run a type run the version it was made with, and there is such a Worker. Where several versions run, that of the
 *   Worker that looks counts, of Activities whose results say which version made them.
 * - A result is stored if it is known which version of everything made it: its results say so, or no Worker ran another version meanwhile.
 * - Of a Workflow that is pinned to a version of a Worker Deployment, only the Workers of that version count, on queues where there are any.
 * - What a Workflow used on its own task queue is judged on the queue where the one runs that looks.
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

/** Where a Workflow runs. */
export interface Place {
  namespace: string;
  taskQueue: string;
  /** The version of a Worker Deployment that the Workflow is pinned to. */
  deployment?: string;
}

/** All that was used by a Workflow, and by what ran below it. */
export interface Collected {
  uses: Use[];
  results: UsedResult[];
  /** Types of Activities that returned results which say nothing of the cache. */
  unlabelled: string[];
}

/** It cannot be known whether something has changed. */
export interface Unsure {
  unsure: string;
}

export class Dependencies {
  private readonly builds: Builds;

  constructor(
    private readonly store: GuardedStore,
    scope: string,
  ) {
    this.builds = new Builds(store, scope);
  }

  /**
   * @param place - of the Workflow that looks
   * @param own - what the Worker that looks runs
   * @returns what has changed; undefined when nothing has
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
          for (const version of versionsIn(own, use)) versions.add(version); // it publishes nothing
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

  /** Of all queues: what is of several versions now. @throws {CacheStoreError} */
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
   * The versions of what was used since `startedAt`.
   * @param place - of the Workflow that used it
   * @param unlabelled - types of which results say nothing of the cache
   * @returns why they cannot be told, as a text, where they cannot
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
        const told = await this.toldBy(madeBy, use.type, seen);
        const [version] = told ?? versions;
        if (version === undefined || version === UNKNOWN || (told === undefined && versions.has(UNKNOWN)))
          return `nobody says which version of ${name} runs`;
        const ambiguous = use.kind === 'workflow' ? workflowsOn(taskQueue) : name;
        if (told === undefined && (versions.size > 1 || since.ambiguous.includes(ambiguous)))
          return `several versions of ${name} ran, and its results do not say which made them`;
        versioned.push({ ...use, ...(told !== undefined && { madeBy }), version });
      }
    }
    return versioned;
  }

  /** @throws {CacheStoreError} */
  async report(to: CollectorAddress, used: Used): Promise<void> {
    await this.store.note(useOf(to), JSON.stringify(used));
  }

  /**
   * @param taskQueue - of the Workflow
   * @param isUnit - the Workflow has a version: the results that are known count, and the code does not
   * @returns a text where a child's word is missing, and where something was used that cannot be kept
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
    /** By their names, with the queue they were given; undefined: that of the Workflow. */
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
        // Who names the queue it runs on may mean that one, or its own.
        if (named === taskQueue) keep({ ...use, taskQueue: undefined });
      }
      for (const child of below) children.set(child, queues?.[child] ?? at);
    };
    add(own, undefined);
    if (isUnit) for (const { text } of notes) add(JSON.parse(text) as Used, undefined);
    else
      for (const [child, at] of children) {
        const prefix = usesOf(collector, child);
        const told = notes.filter(({ name }) => name.startsWith(prefix));
        if (told.length === 0) return `child '${child}' did not say what it used`;
        for (const { text } of told) add(JSON.parse(text) as Used, at);
      }
    await Promise.all(notes.map(({ name }) => this.store.note(name, undefined)));
    if (unkept !== undefined) return unkept;
    if (results.size > MAX_USED) return `it used more than ${MAX_USED.toLocaleString('en')} results`;
    return { uses: [...all.values()], results: [...results.values()], unlabelled: [...unlabelled] };
  }

  /** Of these Workers those that serve the Workflow. Its children may be pinned to other versions than it is, or to none. */
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

  /** The version that results say made them, where one Worker's build has it; undefined where they do not, or none has. */
  private async toldBy(
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
  if (build === undefined) return [UNKNOWN]; // it may run anything
  if (kind === 'workflow') return build.workflows === undefined ? [] : [build.workflows];
  const { [type]: version, [FALLBACK]: any } = build.activities;
  if (version !== undefined) return [version];
  return any === undefined ? [] : [UNKNOWN]; // it runs what is asked for by that name
}

const workflowsOn = (taskQueue: string): string => `the Workflows on '${taskQueue}'`;

const byQueue = <U extends Use>(uses: readonly U[], { taskQueue: own }: Place): Map<string, U[]> =>
  groupBy(uses, ({ taskQueue = own }) => taskQueue);

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}
