import { createHash } from 'node:crypto';
import type { CacheStore, Drawn, Look, NewEntry, StoredEntry, StoreTime, Subject } from '../../store/store';
import { type TestGlobals, testGlobals } from '../test-globals';
import type { CacheStoreHarness } from './harness';

/** Noon of 1 March 2001, because tests must not confuse the host's time with the store's. */
const START: StoreTime = Date.UTC(2001, 2, 1, 12);

/**
 * The tools of one test: a store, its clock, set by hand, and short methods for the usual steps.
 */
export class Scene {
  now: StoreTime = START;
  /** The store that was opened first. */
  store!: CacheStore;
  private readonly opened: CacheStore[] = [];

  constructor(private readonly harness: CacheStoreHarness) {}

  async open(): Promise<void> {
    this.store = await this.harness.open({ clock: () => this.now });
    this.opened.push(this.store);
  }

  /** Opens another store object on the same place. */
  async reopen(): Promise<CacheStore> {
    const store = await this.harness.reopen!({ clock: () => this.now });
    this.opened.push(store);
    return store;
  }

  async close(): Promise<void> {
    for (const store of this.opened) await store.close();
  }

  /** Advances the store's time: by a second, or until its own clock shows a later time. */
  async later(): Promise<void> {
    if (this.harness.ownClock !== true) {
      this.now += 1000;
      return;
    }
    const { now: before } = await this.store.draw();
    while ((await this.store.draw()).now <= before); // repeats until it is later
  }

  /** Ends an execution. `begun` is what the execution drew when it began. */
  async end(
    begun: Drawn,
    entry: Partial<NewEntry> = {},
    store = this.store,
  ): Promise<'stored' | 'superseded'> {
    return store.put(newEntry({ ticket: begun.ticket, startedAt: begun.now, ...entry }));
  }

  /** Runs an execution from beginning to end. */
  async execute(entry: Partial<NewEntry> = {}, store = this.store): Promise<'stored' | 'superseded'> {
    return this.end(await store.draw(), entry, store);
  }

  async found(of: Partial<Subject> = {}, store = this.store): Promise<StoredEntry | undefined> {
    return (await store.look(subject(of))).found;
  }

  /** The reason why nothing is found, or `'found'`. */
  async why(of: Partial<Subject> = {}, store = this.store): Promise<string> {
    return whyOf(await store.look(subject(of)));
  }

  /**
   * The header of the entry that is found. Tests write into it which execution stored the entry.
   */
  async holder(of: Partial<Subject> = {}, store = this.store): Promise<string | undefined> {
    return (await this.found(of, store))?.header;
  }
}

/** The remaining items of an iteration. */
export async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

export const whyOf = (look: Look): string => (look.found === undefined ? look.why : 'found');

export const keyOf = (text: string): string => createHash('sha256').update(text).digest('hex');

export function subject(of: Partial<Subject> = {}): Subject {
  const { key = keyOf('usual'), scope = 'scope', namespace = 'namespace' } = of;
  const { activityType = 'activity', version = '1' } = of;
  return { key, scope, namespace, activityType, version };
}

export function newEntry(entry: Partial<NewEntry> & Pick<NewEntry, 'ticket' | 'startedAt'>): NewEntry {
  return {
    ...subject(entry),
    tags: [],
    durationMs: 12.5,
    header: `ticket ${entry.ticket}`,
    data: bytes(100),
    ...entry,
  };
}

/**
 * Bytes of every value, without a period that divides a page size. Another `seed` gives other bytes
 * everywhere.
 */
export function bytes(length: number, seed = 0): Uint8Array {
  const made = new Uint8Array(length);
  for (let i = 0; i < length; i++) made[i] = i * 7 + (i >> 8) * 13 + seed * 31;
  return made;
}

/** Compares bytes without a diff of a million lines. */
export const same = (a: Uint8Array | undefined, b: Uint8Array): boolean =>
  a !== undefined && Buffer.compare(a, b) === 0;

type TestInScene = (name: string, body: (scene: Scene) => Promise<void>) => void;

export interface SceneTests extends Pick<TestGlobals, 'expect'> {
  harness: CacheStoreHarness;
  /** A test that gets its own scene. */
  test: TestInScene;
  /** Like `test`, if the harness can `reopen`. Otherwise the test is left out. */
  testShared: TestInScene;
  /**
   * The expected answer of `invalidate` for filters other than a key, where `entries` entries were
   * valid.
   */
  taken: (entries: number) => { entries: number | undefined };
}

export function sceneTests(harness: CacheStoreHarness): SceneTests {
  const { test, expect } = testGlobals();
  const testInScene: TestInScene = (name, body) =>
    test(name, async () => {
      const scene = new Scene(harness);
      await scene.open();
      try {
        await body(scene);
      } finally {
        await scene.close();
      }
    });
  return {
    harness,
    expect,
    test: testInScene,
    testShared: harness.reopen === undefined ? () => {} : testInScene,
    taken: (entries) => ({ entries: harness.lists === false ? undefined : entries }),
  };
}
