/** A Worker says in the store which versions it runs: what results of whole Workflows depend on. */
import { randomUUID } from 'node:crypto';
import { digester } from '../key/key';
import { RENEWED_EVERY_MS } from '../presence';
import type { GuardedStore } from '../store/guard';
import { BUILDS, endedOn, liveOn, type Queue } from './names';
import { forgetOldNotes } from './old-notes';

export { LONGEST_RUN_MS } from './old-notes';

/** Stands for a version that nobody can know. */
export const UNKNOWN = '?';

/** What one Worker runs: types with their versions. */
export interface Build {
  /** {@link UNKNOWN} where it cannot be known beforehand. */
  activities: Record<string, string>;
  /** Of all Workflows together; undefined without. */
  workflows?: string;
}

export interface LiveNote {
  /** Names the build. */
  build: string;
  /** When it began, or ended, on the store's clock. */
  at: number;
}

/** Of a Worker that was killed: so long its word counts. */
export const GOOD_FOR_MS = 3 * RENEWED_EVERY_MS;
/** Where the store was out of reach. */
const AGAIN_AFTER_MS = 5_000;

const digest = digester();

export class Publication {
  private readonly id = randomUUID();
  private timer?: NodeJS.Timeout;
  private build = '';

  constructor(
    private readonly store: GuardedStore,
    private readonly queue: Required<Queue>,
  ) {}

  /** Never rejects: what is not published is unknown, and no result that depends on it is used. */
  async begin(build: Build): Promise<void> {
    const text = JSON.stringify(build);
    this.build = digest(text).slice(0, 32);
    const at = await this.now();
    const say = async (since: number) => {
      await this.store.note(BUILDS + this.build, text);
      await this.store.note(liveOn(this.queue) + this.id, this.note(since));
    };
    if (at !== undefined) await say(at);
    if (at === undefined || !(await this.isPublished())) {
      this.timer = setTimeout(() => void this.begin(build), AGAIN_AFTER_MS).unref();
      return;
    }
    this.timer = setInterval(() => void say(at), RENEWED_EVERY_MS).unref();
    void forgetOldNotes(this.store).catch(() => undefined); // told by the store's guard
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    if (this.timer === undefined) return;
    const at = await this.now();
    if (at === undefined) return; // by and by it is out of date
    await this.store.note(endedOn(this.queue) + this.id, this.note(at));
    await this.store.note(liveOn(this.queue) + this.id, undefined);
  }

  /** The store's guard swallows what fails. */
  private async isPublished(): Promise<boolean> {
    try {
      const [build, live] = [BUILDS + this.build, liveOn(this.queue) + this.id];
      const found = await Promise.all([this.store.notes(build), this.store.notes(live)]);
      return found.every((notes) => notes.length > 0);
    } catch {
      return false; // told by the store's guard
    }
  }

  private note(at: number): string {
    return JSON.stringify({ build: this.build, at } satisfies LiveNote);
  }

  private async now(): Promise<number | undefined> {
    try {
      return (await this.store.draw(this.store.deadline())).now;
    } catch {
      return undefined; // told by the store's guard
    }
  }
}
