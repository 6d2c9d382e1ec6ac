/**
 * Whether what a cached Workflow used is still what it was. What Workers publish is compared:
 *
 * - A result counts while all Workers that run a type run the version it was made with, and there is such a Worker.
 * - A result is stored only if during its execution no Worker ran another version: whichever of them it was that worked for it.
 */
import type { GuardedStore } from '../store/guard';
import { BUILDS, endedOn, liveOn, queueIn, useOf, usesOf } from './names';
import { type Mixed, nameOf, type ReportTo, type Use, type Used, type VersionedUse } from './protocol';
import { type Build, GOOD_FOR_MS, type LiveNote, LONGEST_RUN_MS, UNKNOWN } from './publication';

interface Seen extends LiveNote {
  taskQueue: string;
  ended: boolean;
}

export class Dependencies {
  private readonly builds = new Map<string, Build>();

  constructor(
    private readonly store: GuardedStore,
    private readonly scope: string,
  ) {}

  /**
   * @returns what has changed; undefined when nothing has
   * @throws {CacheStoreError}
   */
  async changeIn(uses: readonly VersionedUse[], namespace: string): Promise<string | undefined> {
    for (const [taskQueue, ofQueue] of byQueue(uses)) {
      const live = await this.live(namespace, taskQueue);
      for (const use of ofQueue) {
        const versions = new Set(await this.versionsOf(use, live));
        if (versions.size === 0) return `nobody runs ${nameOf(use)}`;
        if (versions.size > 1 || !versions.has(use.version)) return `another version of ${nameOf(use)}`;
      }
    }
    return undefined;
  }

  /** Of all queues: what is of several versions now. @throws {CacheStoreError} */
  async mixed(namespace: string): Promise<Mixed> {
    const found = new Set<string>();
    for (const [taskQueue, live] of groupBy(await this.live(namespace), (seen) => seen.taskQueue)) {
      const versions = new Map<string, string>();
      for (const { build } of live) {
        const { activities, workflows } = (await this.buildOf(build)) ?? { activities: {} };
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
   * @returns why they cannot be told, as a text, where they cannot
   * @throws {CacheStoreError}
   */
  async versions(
    uses: readonly Use[],
    since: { startedAt: number; mixed: Mixed },
    namespace: string,
  ): Promise<VersionedUse[] | string> {
    const { now } = await this.store.draw(this.store.deadline());
    if (now - since.startedAt > LONGEST_RUN_MS) return 'the run took too long to know what it used';
    const versioned: VersionedUse[] = [];
    for (const [taskQueue, ofQueue] of byQueue(uses)) {
      const seen = await this.seenSince(namespace, taskQueue, since.startedAt);
      for (const use of ofQueue) {
        const name = use.kind === 'workflow' ? workflowsOn(taskQueue) : nameOf(use);
        const versions = new Set(await this.versionsOf(use, seen));
        const [version] = versions;
        if (version === undefined || versions.has(UNKNOWN))
          return `nobody says which version of ${nameOf(use)} runs`;
        if (versions.size > 1 || since.mixed.includes(name)) return `${nameOf(use)} changed meanwhile`;
        versioned.push({ ...use, version });
      }
    }
    return versioned;
  }

  /** @throws {CacheStoreError} */
  async report(to: ReportTo, used: Used): Promise<void> {
    await this.store.note(useOf(to), JSON.stringify(used));
  }

  /**
   * All that was used by a Workflow and by what ran below it.
   * @returns a text where a child's word is missing
   * @throws {CacheStoreError}
   */
  async collect(recorder: string, own: Used): Promise<Use[] | string> {
    const notes = await this.store.notes(usesOf(recorder));
    const all = new Map<string, Use>();
    const wanted = new Set(own.children);
    const add = (used: Used) => {
      for (const use of used.uses) all.set(nameOf(use), use);
      for (const child of used.children) wanted.add(child);
    };
    add(own);
    for (const { text } of notes) add(JSON.parse(text) as Used);
    for (const child of wanted) {
      const prefix = usesOf(recorder, child);
      if (!notes.some(({ name }) => name.startsWith(prefix)))
        return `child '${child}' did not say what it used`;
    }
    await Promise.all(notes.map(({ name }) => this.store.note(name, undefined)));
    return [...all.values()];
  }

  private async live(namespace: string, taskQueue?: string): Promise<Seen[]> {
    const notes = await this.store.notes(liveOn({ namespace, scope: this.scope, taskQueue }));
    return notes.filter(({ ageMs }) => ageMs <= GOOD_FOR_MS).map((note) => seenIn(note, false));
  }

  private async seenSince(namespace: string, taskQueue: string, startedAt: number): Promise<Seen[]> {
    const queue = { namespace, scope: this.scope, taskQueue };
    const live = await this.store.notes(liveOn(queue));
    const ended = (await this.store.notes(endedOn(queue))).map((note) => seenIn(note, true));
    const wasThere = live
      .filter((note) => note.at + GOOD_FOR_MS >= startedAt)
      .map((note) => seenIn(note, false));
    return [...wasThere, ...ended.filter(({ at }) => at >= startedAt)];
  }

  private async versionsOf({ kind, type }: Use, seen: readonly Seen[]): Promise<string[]> {
    const builds = await Promise.all(seen.map(({ build }) => this.buildOf(build)));
    return builds.flatMap((build) => {
      if (build === undefined) return UNKNOWN; // it may run anything
      return (kind === 'workflow' ? build.workflows : build.activities[type]) ?? [];
    });
  }

  private async buildOf(name: string): Promise<Build | undefined> {
    const known = this.builds.get(name);
    if (known !== undefined) return known;
    const [note] = await this.store.notes(BUILDS + name);
    if (note === undefined) return undefined;
    const build = JSON.parse(note.text) as Build;
    this.builds.set(name, build);
    return build;
  }
}

const seenIn = ({ name, text }: { name: string; text: string }, ended: boolean): Seen => ({
  ...(JSON.parse(text) as LiveNote),
  taskQueue: queueIn(name),
  ended,
});

const workflowsOn = (taskQueue: string): string => `the Workflows on '${taskQueue}'`;

const byQueue = <U extends Use>(uses: readonly U[]): Map<string, U[]> =>
  groupBy(uses, ({ taskQueue }) => taskQueue);

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}
