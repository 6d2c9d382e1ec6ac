/** What Workers run and have run, as they publish it. */
import type { GuardedStore } from '../store/guard';
import { endedOn, liveOn, queueIn } from './note-names';
import { BUILDS } from '../wire/names';
import { type Build, GOOD_FOR_MS, type LiveNote } from './publication';

export interface WorkerSighting extends LiveNote {
  taskQueue: string;
  ended: boolean;
}

export class Builds {
  private readonly builds = new Map<string, Build>();

  constructor(
    private readonly store: GuardedStore,
    private readonly scope: string,
  ) {}

  /** @throws {CacheStoreError} like the other methods */
  async live(namespace: string, taskQueue?: string): Promise<WorkerSighting[]> {
    const notes = await this.store.notes(liveOn({ namespace, scope: this.scope, taskQueue }));
    return notes.filter(({ ageMs }) => ageMs <= GOOD_FOR_MS).map((note) => seenIn(note, false));
  }

  /** The Workers that ran at any time since `startedAt`. */
  async seenSince(namespace: string, taskQueue: string, startedAt: number): Promise<WorkerSighting[]> {
    const queue = { namespace, scope: this.scope, taskQueue };
    const live = await this.store.notes(liveOn(queue));
    const ended = (await this.store.notes(endedOn(queue))).map((note) => seenIn(note, true));
    const wasThere = live
      .filter((note) => note.at + GOOD_FOR_MS >= startedAt)
      .map((note) => seenIn(note, false));
    return [...wasThere, ...ended.filter(({ at }) => at >= startedAt)];
  }

  /** Returns undefined if the note is missing. The Worker may then run anything. */
  async buildOf(name: string): Promise<Build | undefined> {
    const known = this.builds.get(name);
    if (known !== undefined) return known;
    const [note] = await this.store.notes(BUILDS + name);
    if (note === undefined) return undefined;
    const build = JSON.parse(note.text) as Build;
    this.builds.set(name, build);
    return build;
  }
}

const seenIn = ({ name, text }: { name: string; text: string }, ended: boolean): WorkerSighting => ({
  ...(JSON.parse(text) as LiveNote),
  taskQueue: queueIn(name),
  ended,
});
