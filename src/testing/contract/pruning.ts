import { setImmediate } from 'node:timers/promises';
import type { CacheStore, EntryFilter, PruneLimits, Size } from '../../store/store';
import { allOf, bytes, keyOf, same, type Scene, type SceneTests } from './scene';

/** More batches than any test here needs. Within this number, `more` must become false. */
const MAX_BATCHES = 10_000;

/** Prunes as users of a store do: until `more` is false. */
export async function prune(
  scene: Scene,
  limits: PruneLimits = {},
  store: CacheStore = scene.store,
): Promise<Size> {
  const freed = { entries: 0, bytes: 0 };
  for (let batches = 1; ; batches++) {
    const { entries, bytes: size, more } = await store.prune(limits);
    freed.entries += entries;
    freed.bytes += size;
    if (!more) return freed;
    if (batches === MAX_BATCHES) throw new Error('prune says more for ever');
  }
}

/** Pruning frees what no call will use, in batches, and nothing else. */
export function pruning({ test, testShared, expect }: SceneTests): void {
  const headers = async (scene: Scene): Promise<string[]> =>
    (await allOf(scene.store.entries({}))).map(({ header }) => header).sort();
  const nothing: Size = { entries: 0, bytes: 0 };

  test('frees nothing that counts, unless a limit asks for it', async (scene) => {
    expect(await prune(scene)).toEqual(nothing);
    for (const size of [0, 100, 100_000])
      await scene.execute({ key: keyOf(`${size}`), header: `${size}`, data: bytes(size) });
    expect(await prune(scene)).toEqual(nothing);
    expect(await prune(scene, { maxBytes: 100_100 })).toEqual(nothing);
    for (const size of [0, 100, 100_000])
      expect(same((await scene.found({ key: keyOf(`${size}`) }))?.data, bytes(size))).toBe(true);
  });

  for (const filter of [
    { key: keyOf('usual') },
    { scope: 'scope' },
    { scope: 'scope', tag: 'tag' },
    { scope: 'scope', tag: 'tag', version: '1' },
  ] satisfies EntryFilter[]) {
    const by = Object.keys(filter).join(' and ');
    test(`remembers what was invalidated by ${by}: its floor, and that there was a result`, async (scene) => {
      await scene.execute({ tags: ['tag'], data: bytes(50_000) });
      await scene.execute({ key: keyOf('other'), scope: 'other', header: 'other' });
      const begun = await scene.store.draw();
      await scene.store.invalidate(filter);
      await prune(scene);
      expect(await scene.why()).toBe('invalidated');
      expect(await scene.end(begun, { tags: ['tag'] })).toBe('superseded');
      expect(await headers(scene)).toEqual(['other']);
      expect(await scene.execute({ header: 'anew', tags: ['tag'] })).toBe('stored');
      await prune(scene);
      expect(await headers(scene)).toEqual(['anew', 'other']);
    });
  }

  test('holds floors over keys that had no entry', async (scene) => {
    const begun = await scene.store.draw();
    await scene.store.invalidate({ scope: 'scope', activityType: 'activity' });
    await prune(scene);
    expect(await scene.end(begun)).toBe('superseded');
    expect(await scene.why()).toBe('new');
  });

  test('goes on with its tickets, also when everything is gone', async (scene) => {
    await scene.execute();
    const before = await scene.store.draw();
    await scene.store.invalidate({ scope: 'scope' });
    await prune(scene, { maxBytes: 0 });
    expect((await scene.store.draw()).ticket).toBeGreaterThan(before.ticket);
  });

  test('frees what is past its keepUntil, as if it had never been there, and counts it', async (scene) => {
    const begun = await scene.store.draw();
    const keep = async (name: string, keepUntil: number | undefined, size: number) =>
      scene.end(begun, { key: keyOf(name), header: name, keepUntil, data: bytes(size) });
    await keep('past', begun.now - 1, 50_000);
    await keep('long past', begun.now - 10_000_000, 50);
    await keep('coming', begun.now + 10_000_000, 50);
    await keep('never', undefined, 50);
    expect(await scene.holder({ key: keyOf('past') })).toBe('past');
    expect(await prune(scene)).toEqual({ entries: 2, bytes: 50_050 });
    expect(await headers(scene)).toEqual(['coming', 'never']);
    expect(await scene.why({ key: keyOf('past') })).toBe('new');
    expect(await prune(scene)).toEqual(nothing);
    expect(await scene.execute({ key: keyOf('past') })).toBe('stored');
  });

  test('frees only what was invalidated, where that is all that is asked', async (scene) => {
    const begun = await scene.store.draw();
    for (let i = 0; i < 300; i++) await scene.end(begun, { key: keyOf(`invalid ${i}`), tags: ['invalid'] });
    await scene.end(begun, { header: 'past', keepUntil: begun.now - 1 });
    await scene.end(begun, { key: keyOf('other'), header: 'other' });
    await scene.store.invalidate({ scope: 'scope', tag: 'invalid' });
    await prune(scene, { onlyInvalidated: true });
    expect(await headers(scene)).toEqual(['other', 'past']);
    expect(await scene.why({ key: keyOf('invalid 0') })).toBe('invalidated');
    await prune(scene);
    expect(await headers(scene)).toEqual(['other']);
  });

  test('frees what was not used longest, until the rest is small enough, and counts it', async (scene) => {
    for (const [name, size] of Object.entries({ a: 20_000, b: 300, c: 300, d: 20_000, e: 100 })) {
      await scene.later();
      await scene.execute({ key: keyOf(name), header: name, data: bytes(size) });
    }
    await scene.later();
    await scene.store.touch([keyOf('b')]);
    expect(await prune(scene, { maxBytes: 40_700 })).toEqual(nothing);
    expect(await prune(scene, { maxBytes: 20_600 })).toEqual({ entries: 2, bytes: 20_300 });
    expect(await headers(scene)).toEqual(['b', 'd', 'e']);
    expect(await scene.why({ key: keyOf('a') })).toBe('new');
    expect(await prune(scene, { maxBytes: 300 })).toEqual({ entries: 2, bytes: 20_100 });
    expect(await headers(scene)).toEqual(['b']);
    expect(await prune(scene, { maxBytes: 0 })).toEqual({ entries: 1, bytes: 300 });
    expect(await headers(scene)).toEqual([]);
  });

  test('takes for its limit what counts: first goes what was invalidated, then what is past its keepUntil', async (scene) => {
    const begun = await scene.store.draw();
    await scene.end(begun, { key: keyOf('oldest'), header: 'oldest', data: bytes(10_000) });
    await scene.later();
    await scene.end(begun, { key: keyOf('invalid'), data: bytes(10_000) });
    await scene.end(begun, { key: keyOf('past'), keepUntil: begun.now - 1, data: bytes(10_000) });
    await scene.store.invalidate({ key: keyOf('invalid') });
    await prune(scene, { maxBytes: 10_000 });
    expect(await headers(scene)).toEqual(['oldest']);
  });

  test('works through 1,250 entries, also when it is left in the middle and called again', async (scene) => {
    const begun = await scene.store.draw();
    const put = (i: number) => {
      const kind = ['stays', 'past', 'invalid'][i % 3]!;
      const keepUntil = kind === 'past' ? begun.now - 1 : undefined;
      return scene.end(begun, { key: keyOf(`many ${i}`), header: kind, tags: [kind], keepUntil });
    };
    await Promise.all(Array.from({ length: 1_250 }, (_, i) => put(i)));
    await scene.store.invalidate({ scope: 'scope', tag: 'invalid' });
    await scene.store.prune({}); // one batch
    await prune(scene);
    const left = await headers(scene);
    expect([left.length, new Set(left)]).toEqual([417, new Set(['stays'])]);
    expect(await prune(scene, { maxBytes: 1_000 })).toEqual({ entries: 407, bytes: 40_700 });
    expect((await headers(scene)).length).toBe(10);
  });

  test('takes nothing of what is being stored meanwhile', async (scene) => {
    const keys = Array.from({ length: 40 }, (_, i) => keyOf(`key ${i}`));
    let storing = true;
    const store = async () => {
      for (const [i, key] of [...keys, ...keys].entries())
        await scene.execute({ key, header: `${i}`, data: bytes(30_000, i) });
      storing = false;
    };
    const pruneMeanwhile = async () => {
      while (storing) {
        await prune(scene);
        await setImmediate(); // with nothing to do, it may answer before any I/O runs
      }
    };
    await Promise.all([store(), pruneMeanwhile()]);
    for (const [i, key] of keys.entries()) {
      const found = await scene.found({ key });
      expect(found?.header).toBe(`${i + 40}`);
      expect(same(found?.data, bytes(30_000, i + 40))).toBe(true);
    }
  });

  test('takes no new result for the old one, which was to go', async (scene) => {
    let storing = true;
    const storeTwice = async (key: string, i: number) => {
      for (let round = 0; round < 10; round++) {
        const begun = await scene.store.draw();
        await scene.end(begun, { key, keepUntil: begun.now - 1, data: bytes(i % 2 ? 20_000 : 20) });
        if (i % 3 === 0) await scene.store.invalidate({ key });
        await scene.execute({ key, header: `${round}`, data: bytes(i % 2 ? 20_000 : 20, round) });
        const found = await scene.found({ key });
        expect({ i, header: found?.header }).toEqual({ i, header: `${round}` });
        expect(same(found?.data, bytes(i % 2 ? 20_000 : 20, round))).toBe(true);
      }
    };
    const store = async () => {
      await Promise.all(Array.from({ length: 12 }, (_, i) => storeTwice(keyOf(`key ${i}`), i)));
      storing = false;
    };
    const pruneMeanwhile = async () => {
      while (storing) {
        await prune(scene);
        await setImmediate();
      }
    };
    await Promise.all([store(), pruneMeanwhile()]);
    expect((await headers(scene)).length).toBe(12);
  });

  test('lets what is looked for meanwhile be found whole, or not at all', async (scene) => {
    const keys = Array.from({ length: 40 }, (_, i) => keyOf(`key ${i}`));
    for (const [i, key] of keys.entries()) await scene.execute({ key, data: bytes(30_000, i) });
    let pruning = true;
    const look = async () => {
      for (let i = 0; pruning; i++) {
        const seed = i % keys.length;
        const found = await scene.found({ key: keys[seed]! });
        if (found?.data !== undefined) expect(same(found.data, bytes(30_000, seed))).toBe(true);
      }
    };
    const pruneAll = async () => {
      for (let left = 39; left >= 0; left--) await prune(scene, { maxBytes: left * 30_000 });
      pruning = false;
    };
    await Promise.all([pruneAll(), look(), look()]);
    expect(await headers(scene)).toEqual([]);
  });

  testShared('frees for every store object on the place', async (scene) => {
    const begun = await scene.store.draw();
    const other = await scene.reopen();
    await scene.end(begun, { keepUntil: begun.now - 1, data: bytes(50_000) });
    expect(await scene.why({}, other)).toBe('found');
    expect(await prune(scene, {}, other)).toEqual({ entries: 1, bytes: 50_000 });
    expect(await scene.why()).toBe('new');
  });
}
