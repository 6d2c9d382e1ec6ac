import { createHash } from 'node:crypto';
import type { CacheStore, Drawn, Look, NewEntry, StoredEntry, StoreTime, Subject } from '../../store/store';
import { type TestGlobals, testGlobals } from '../test-globals';
import type { CacheStoreHarness } from './harness';

/** Noon of 1 March 2001: no test may take the host's time for the store's. */
const START: StoreTime = Date.UTC(2001, 2, 1, 12);

/** What one test works with: a store, its clock, set by hand, and short words for the usual steps. */
export class Scene {
  now: StoreTime = START;
  /** Of the store that was opened first. */
  store!: CacheStore;
  private readonly opened: CacheStore[] = [];

  constructor(private readonly harness: CacheStoreHarness) {}

  async open(): Promise<void> {
    this.store = await this.harness.open({ clock: () => this.now });
    this.opened.push(this.store);
  }

  /** Another store object on the same place. */
  async reopen(): Promise<CacheStore> {
    const store = await this.harness.reopen!({ clock: () => this.now });
    this.opened.push(store);
    return store;
  }

  async close(): Promise<void> {
    for (const store of this.opened) await store.close();
  }

  /** Lets the store's time go on, by a second or whatever its own clock needs to show a later one. */
  async later(): Promise<void> {
    if (this.harness.ownClock !== true) {
      this.now += 1000;
      return;
    }
    const { now: before } = await this.store.draw();
    while ((await this.store.draw()).now <= before); // asks until it is so
  }

  /** An execution as it ends: `begun` is what it drew when it began. */
  async end(
    begun: Drawn,
    entry: Partial<NewEntry> = {},
    store = this.store,
  ): Promise<'stored' | 'superseded'> {
    return store.put(newEntry({ ticket: begun.ticket, startedAt: begun.now, ...entry }));
  }

  /** An execution from beginning to end. */
  async execute(entry: Partial<NewEntry> = {}, store = this.store): Promise<'stored' | 'superseded'> {
    return this.end(await store.draw(), entry, store);
  }

  async found(of: Partial<Subject> = {}, store = this.store): Promise<StoredEntry | undefined> {
    return (await store.look(subject(of))).found;
  }

  /** Why there is nothing; `'found'` where there is something. */
  async why(of: Partial<Subject> = {}, store = this.store): Promise<string> {
    return whyOf(await store.look(subject(of)));
  }

  /** The header of what is found: the tests write into it who stored it. */
  async holder(of: Partial<Subject> = {}, store = this.store): Promise<string | undefined> {
    return (await this.found(of, store))?.header;
  }
}

/** The rest of an iteration. */
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

/** Bytes of every value, without a period that a page size divides; another `seed`, other bytes everywhere. */
export function bytes(length: number, seed = 0): Uint8Array {
  const made = new Uint8Array(length);
  for (let i = 0; i < length; i++) made[i] = i * 7 + (i >> 8) * 13 + seed * 31;
  return made;
}

/** Equal or not, without a diff of a million lines. */
export const same = (a: Uint8Array | undefined, b: Uint8Array): boolean =>
  a !== undefined && Buffer.compare(a, b) === 0;

type TestInScene = (name: string, body: (scene: Scene) => Promise<void>) => void;

export interface SceneTests extends Pick<TestGlobals, 'expect'> {
  harness: CacheStoreHarness;
  /** A test that gets a scene of its own. */
  test: TestInScene;
  /** The same, where the harness can `reopen`; else there is no such test. */
  testShared: TestInScene;
  /** What `invalidate` must answer by other filters than a key where so many entries counted. */
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
