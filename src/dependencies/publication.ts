/**
 * A Worker publishes in the store which versions it runs. The results of whole Workflows depend on
 * these versions.
 */
import { randomUUID } from 'node:crypto';
import { digester } from '../key/key';
import { RENEWED_EVERY_MS } from './presence';
import type { GuardedStore } from '../store/guard';
import type { Declared } from './declared';
import { endedOn, liveOn, type Queue } from './note-names';
import { BUILDS } from '../wire/names';
import { forgetOldNotes } from './old-notes';

export { MAX_RUN_MS } from './old-notes';

/** The Activity name that the SDK runs when no Activity of the requested type is registered. */
export const FALLBACK = 'default';

/** A placeholder for a version that cannot be known. */
export const UNKNOWN = '?';

/** What one Worker runs: types with their versions. */
export interface Build {
  /** The version of each type, {@link UNKNOWN} where it cannot be known before a call. */
  activities: Record<string, string>;
  /** The version label that results of each type carry, where they carry one. */
  labels?: Record<string, string>;
  /** Types of Activities that are cached, whether or not their results carry a label. */
  cached?: readonly string[];
  /** The version of all Workflows together. Undefined for a Worker without Workflows. */
  workflows?: string;
  /** The version of the Worker Deployment that the Worker belongs to. */
  deployment?: string;
  /** The name of the key space: what the Worker's keys are made with. */
  keySpace?: string;
  /** The declarations of its Activities, where a declaration is data alone. */
  declared?: Record<string, Declared>;
  /** The types of Workflows whose `hitIf` its plugin has. */
  askedWorkflows?: readonly string[];
  /** The declarations of its Workflows, for those that have run and are declared. */
  declaredWorkflows?: Record<string, { declared?: unknown }>;
}

export interface LiveNote {
  /** The name of the build. */
  build: string;
  /** The time when the Worker began, or ended, on the store's clock. */
  at: number;
}

/** How long the note of a killed Worker still counts. */
export const GOOD_FOR_MS = 3 * RENEWED_EVERY_MS;
/** The delay before publishing is tried again when the store was out of reach. */
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

  /**
   * Never rejects. What is not published counts as unknown, and no result that depends on it is
   * used.
   */
  async begin(build: Build): Promise<void> {
    this.build = build;
    this.since = await this.now();
    await this.say();
    if (this.since === undefined || !(await this.isPublished())) {
      this.timer = setTimeout(() => void this.begin(build), RETRY_AFTER_MS).unref();
      return;
    }
    this.timer = setInterval(() => void this.say(), RENEWED_EVERY_MS).unref();
    void forgetOldNotes(this.store).catch(() => undefined); // the store's guard reports failures
  }

  /** Records how a Workflow of this Worker is declared. The Workflow reports this when it runs. */
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
    if (at === undefined) return; // the live note expires by itself
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

  /** Reads the notes back, because the store's guard swallows failures to write them. */
  private async isPublished(): Promise<boolean> {
    try {
      const [build, live] = [BUILDS + this.current.name, liveOn(this.queue) + this.id];
      const found = await Promise.all([this.store.notes(build), this.store.notes(live)]);
      return found.every((notes) => notes.length > 0);
    } catch {
      return false; // the store's guard reports it
    }
  }

  private note(at: number): string {
    return JSON.stringify({ build: this.current.name, at } satisfies LiveNote);
  }

  private async now(): Promise<number | undefined> {
    try {
      return (await this.store.draw(this.store.deadline())).now;
    } catch {
      return undefined; // the store's guard reports it
    }
  }
}
