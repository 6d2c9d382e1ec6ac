import type { EntryFilter, StoreStats } from '../../store/store';
import { aged, FILTERS, means, WORLD } from './filters';
import { allOf, bytes, keyOf, type Scene, type SceneTests } from './scene';

/** The store knows when entries were used, and how many entries and bytes there are. */
export function use({ test, testShared, expect }: SceneTests): void {
  const used = async (scene: Scene): Promise<Record<string, number>> => {
    const records = await allOf(scene.store.entries({}));
    return Object.fromEntries(records.map(({ header, usedAt }) => [header, usedAt]));
  };

  test('notes when entries were used, of these and no others, and changes nothing else', async (scene) => {
    for (const name of ['a', 'b', 'c'])
      await scene.execute({ key: keyOf(name), header: name, data: bytes(name === 'a' ? 50_000 : 50) });
    const before = await used(scene);
    const found = await scene.found({ key: keyOf('a') });
    await scene.later();
    await scene.store.touch([keyOf('a'), keyOf('c')]);
    const after = await used(scene);
    expect([after.a! > before.a!, after.b === before.b, after.c! > before.c!]).toEqual([true, true, true]);
    expect(await scene.found({ key: keyOf('a') })).toEqual(found);
    await scene.later();
    await scene.store.touch([keyOf('b')]);
    expect((await used(scene)).b).toBeGreaterThan(after.a!);
  });

  test('takes a new result for used when it is stored', async (scene) => {
    await scene.execute({ header: 'old' });
    await scene.later();
    await scene.store.touch([keyOf('usual')]);
    await scene.later();
    await scene.execute({ header: 'new' });
    const [record] = await allOf(scene.store.entries({}));
    expect([record?.header, record?.usedAt]).toEqual(['new', record?.storedAt]);
  });

  test('touches what is not there, not there any more, or named twice, and nothing comes of it', async (scene) => {
    await scene.store.touch([]);
    await scene.store.touch([keyOf('nothing')]);
    expect(await scene.why({ key: keyOf('nothing') })).toBe('new');
    await scene.execute();
    await scene.store.touch([keyOf('usual'), keyOf('usual')]);
    await scene.store.invalidate({ scope: 'scope' });
    await scene.store.touch([keyOf('usual')]);
    expect(await scene.why()).toBe('invalidated');
    expect(await allOf(scene.store.entries({}))).toEqual([]);
  });

  test('touches 1,200 keys at once', async (scene) => {
    const begun = await scene.store.draw();
    const keys = Array.from({ length: 1_200 }, (_, i) => keyOf(`many ${i}`));
    await Promise.all([0, 1_199].map((i) => scene.end(begun, { key: keys[i]!, header: `${i}` })));
    const before = await used(scene);
    await scene.later();
    await scene.store.touch(keys);
    const after = await used(scene);
    for (const i of [0, 1_199]) expect(after[i]).toBeGreaterThan(before[i]!);
  });

  testShared('notes it for every store object on the place', async (scene) => {
    await scene.execute({ header: 'a' });
    const before = await used(scene);
    await scene.later();
    await (await scene.reopen()).touch([keyOf('usual')]);
    expect((await used(scene)).a).toBeGreaterThan(before.a!);
  });

  /** The statistics without the order of Activity types, and without `byActivity`'s prototype. */
  const plain = ({ byActivity, ...stats }: StoreStats) => ({
    ...stats,
    byActivity: Object.entries(byActivity).sort(([a], [b]) => (a < b ? -1 : 1)),
  });
  const statsOf = async (scene: Scene, filter: EntryFilter = {}) => plain(await scene.store.stats(filter));

  test('adds up nothing to nothing', async (scene) => {
    const nothing = { entries: 0, bytes: 0, stale: { entries: 0, bytes: 0 }, byActivity: [] };
    expect(await statsOf(scene)).toEqual(nothing);
    await scene.execute();
    expect(await statsOf(scene, { scope: 'other' })).toEqual(nothing);
  });

  for (const [kind, filter] of Object.entries(FILTERS)) {
    test(`adds up entries and bytes, by Activity type and in all: ${kind}`, async (scene) => {
      const begun = await scene.store.draw();
      const sizes = new Map(WORLD.map((entry, i) => [entry, i === 2 ? 40_000 : i]));
      for (const [entry, size] of sizes)
        await scene.end(begun, { ...aged(entry, begun.now), data: bytes(size) });
      const meant = WORLD.filter((entry) => means(filter, entry));
      const sizeOf = (entries: typeof WORLD) => ({
        entries: entries.length,
        bytes: entries.reduce((sum, entry) => sum + sizes.get(entry)!, 0),
      });
      const byActivity = ['', 'load', 'train']
        .map((type) => [type, sizeOf(meant.filter(({ activityType }) => activityType === type))] as const)
        .filter(([, { entries }]) => entries > 0);
      const stale = { entries: 0, bytes: 0 };
      expect(await statsOf(scene, filter)).toEqual({ ...sizeOf(meant), stale, byActivity });
    });
  }

  test('adds up what counts: the last result of a key, and none that was invalidated', async (scene) => {
    await scene.execute({ data: bytes(10_000) });
    await scene.execute({ data: bytes(20) });
    await scene.execute({ key: keyOf('gone'), data: bytes(10_000) });
    await scene.execute({ key: keyOf('gone too'), tags: ['tag'] });
    await scene.store.invalidate({ key: keyOf('gone') });
    await scene.store.invalidate({ scope: 'scope', tag: 'tag', version: '1' });
    const { entries, bytes: sum } = await statsOf(scene);
    expect([entries, sum]).toEqual([1, 20]);
    await scene.store.invalidate({ scope: 'scope' });
    expect((await statsOf(scene)).entries).toBe(0);
  });

  test('adds up apart, and with the others, what is past its keepUntil', async (scene) => {
    const begun = await scene.store.draw();
    const keep = async (name: string, keepUntil: number | undefined, size: number) =>
      scene.end(begun, { key: keyOf(name), keepUntil, data: bytes(size) });
    await keep('past', begun.now - 1, 1);
    await keep('long past', begun.now - 10_000_000, 20);
    await keep('coming', begun.now + 10_000_000, 300);
    await keep('never', undefined, 4_000);
    const { entries, bytes: sum, stale } = await statsOf(scene);
    expect([entries, sum, stale]).toEqual([4, 4_321, { entries: 2, bytes: 21 }]);
  });

  test('keeps names apart that objects have of their own', async (scene) => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length'];
    for (const activityType of names) await scene.execute({ key: keyOf(activityType), activityType });
    const { byActivity } = await statsOf(scene);
    expect(byActivity).toEqual([...names].sort().map((name) => [name, { entries: 1, bytes: 100 }]));
  });
}
