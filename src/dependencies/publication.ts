/** A Worker says in the store which versions it runs: what results of whole Workflows depend on. */
import { randomUUID } from 'node:crypto';
import { digester } from '../key/key';
import { RENEWED_EVERY_MS } from './presence';
import type { GuardedStore } from '../store/guard';
import type { Declared } from './declared';
import { endedOn, liveOn, type Queue } from './note-names';
import { BUILDS } from '../wire/names';
import { forgetOldNotes } from './old-notes';

export { MAX_RUN_MS } from './old-notes';

/** What the SDK runs when no Activity of the type asked for is registered. */
export const FALLBACK = 'default';

/** Stands for a version that nobody can know. */
export const UNKNOWN = '?';

/** What one Worker runs: types with their versions. */
export interface Build {
  /** {@link UNKNOWN} where it cannot be known beforehand. */
  activities: Record<string, string>;
  /** What results of its Activities say made them, where they do. */
  labels?: Record<string, string>;
  /** Types of Activities that are cached, whether their results say so or not. */
  cached?: readonly string[];
  /** Of all Workflows together; undefined without. */
  workflows?: string;
  /** Of the Worker Deployment that it belongs to. */
  deployment?: string;
  /** Names what its keys are made with. */
  keySpace?: string;
  /** How its Activities are declared, where that is data alone. */
  declared?: Record<string, Declared>;
  /** How those of its Workflows are declared that have run, if they are. */
  declaredWorkflows?: Record<string, { declared?: unknown }>;
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
const RETRY_AFTER_MS = 5_000;

const digest = digester();

export class Publication {
  private readonly id = randomUUID();
  private readonly learned: Record<string, { declared?: unknown }> = {};
  private timer?: NodeJS.Timeout;
  private build?: Build;
  private since?: number;

  constructor(
    private readonly store: GuardedStore,
    private readonly queue: Required<Queue>,
  ) {}

  /** Never rejects: what is not published is unknown, and no result that depends on it is used. */
  async begin(build: Build): Promise<void> {
    this.build = build;
    this.since = await this.now();
    await this.say();
    if (this.since === undefined || !(await this.isPublished())) {
      this.timer = setTimeout(() => void this.begin(build), RETRY_AFTER_MS).unref();
      return;
    }
    this.timer = setInterval(() => void this.say(), RENEWED_EVERY_MS).unref();
    void forgetOldNotes(this.store).catch(() => undefined); // told by the store's guard
  }

  /** How a Workflow of this Worker is declared: its Workflow says so when it runs. */
  learn(workflowType: string, declared: unknown): void {
    if (Object.hasOwn(this.learned, workflowType) || this.build === undefined) return;
    this.learned[workflowType] = { declared };
    void this.say();
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    if (this.timer === undefined) return;
    this.since = undefined;
    const at = await this.now();
    if (at === undefined) return; // by and by it is out of date
    await this.store.note(endedOn(this.queue) + this.id, this.note(at));
    await this.store.note(liveOn(this.queue) + this.id, undefined);
  }

  private async say(): Promise<void> {
    if (this.since === undefined) return;
    const { text, name } = this.current;
    await this.store.note(BUILDS + name, text);
    await this.store.note(liveOn(this.queue) + this.id, this.note(this.since));
  }

  private get current(): { text: string; name: string } {
    const text = JSON.stringify({ ...this.build, declaredWorkflows: this.learned });
    return { text, name: digest(text).slice(0, 32) };
  }

  /** The store's guard swallows what fails. */
  private async isPublished(): Promise<boolean> {
    try {
      const [build, live] = [BUILDS + this.current.name, liveOn(this.queue) + this.id];
      const found = await Promise.all([this.store.notes(build), this.store.notes(live)]);
      return found.every((notes) => notes.length > 0);
    } catch {
      return false; // told by the store's guard
    }
  }

  private note(at: number): string {
    return JSON.stringify({ build: this.current.name, at } satisfies LiveNote);
  }

  private async now(): Promise<number | undefined> {
    try {
      return (await this.store.draw(this.store.deadline())).now;
    } catch {
      return undefined; // told by the store's guard
    }
  }
}
