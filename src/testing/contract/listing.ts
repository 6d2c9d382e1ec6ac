import type { EntryFilter, EntryRecord, NewEntry } from '../../store/store';
import { aged, FILTERS, means, WORLD } from './filters';
import { allOf, bytes, keyOf, newEntry, type Scene, type SceneTests, subject } from './scene';

/** More entries than stores read at once. */
const MANY = 1_250;

/** Valid entries are listed once each, unchanged, by filters of every kind. */
export function listing({ test, testShared, expect, harness }: SceneTests): void {
  const list = (scene: Scene, filter: EntryFilter = {}): Promise<EntryRecord[]> =>
    allOf(scene.store.entries(filter));
  const headers = async (scene: Scene, filter: EntryFilter = {}): Promise<string[]> =>
    (await list(scene, filter)).map(({ header }) => header);

  test('lists all that was said about an entry, and nothing else', async (scene) => {
    const begun = await scene.store.draw();
    await scene.later();
    const given: Omit<NewEntry, 'data'> = {
      ...subject(),
      tags: ['b', 'a', '日本', ''],
      ticket: begun.ticket,
      startedAt: begun.now,
      durationMs: 0.25,
      keepUntil: begun.now + 1_000_000,
      header: '{"any":"thing"}',
    };
    await scene.store.put({ ...given, data: bytes(70_000) });
    await scene.store.put(newEntry({ key: keyOf('bare'), ticket: begun.ticket, startedAt: begun.now }));
    const { storedAt } = (await scene.found())!;
    const records = await list(scene);
    expect(records.length).toBe(2);
    const { now, usedAt, ...record } = records.find(({ key }) => key === given.key)!;
    expect(record).toEqual({ ...given, storedAt, bytes: 70_000 });
    expect(Object.keys(record).sort()).toEqual([...Object.keys(given), 'bytes', 'storedAt'].sort());
    expect(usedAt).toBe(storedAt);
    expect(now).toBeGreaterThanOrEqual(storedAt);
    const bare = records.find(({ key }) => key !== given.key)!;
    expect([bare.tags, bare.bytes, 'keepUntil' in bare]).toEqual([[], 100, false]);
  });

  for (const [kind, filter] of Object.entries(FILTERS)) {
    test(`lists what a filter means, and no more: ${kind}`, async (scene) => {
      const begun = await scene.store.draw();
      for (const entry of WORLD) await scene.end(begun, aged(entry, begun.now));
      const expected = WORLD.filter((entry) => means(filter, entry)).map(({ key }) => key);
      expect((await list(scene, filter)).map(({ key }) => key).sort()).toEqual(expected.sort());
    });
  }

  if (harness.lists !== 'in any order') {
    test('lists the newest first: what was stored last', async (scene) => {
      const begun = [];
      for (let i = 0; i < 4; i++) begun.push(await scene.store.draw());
      for (const i of [2, 0, 3, 1]) {
        await scene.later();
        await scene.end(begun[i]!, { key: keyOf(`${i}`), header: `${i}` });
      }
      expect(await headers(scene)).toEqual(['1', '3', '0', '2']);
      await scene.later();
      await scene.execute({ key: keyOf('0'), header: 'again' });
      expect(await headers(scene)).toEqual(['again', '1', '3', '2']);
    });
  }

  test('lists an entry as it was stored last, and no result that was superseded', async (scene) => {
    const begun = await scene.store.draw();
    await scene.execute({ header: 'first', tags: ['old'], data: bytes(50_000) });
    await scene.execute({ header: 'last', tags: ['new'], data: bytes(10) });
    await scene.end(begun, { header: 'superseded', tags: ['old'] });
    const [record, ...more] = await list(scene);
    expect([record?.header, record?.tags, record?.bytes, more.length]).toEqual(['last', ['new'], 10, 0]);
    expect(await list(scene, { tag: 'old' })).toEqual([]);
  });

  test('lists nothing where there is nothing', async (scene) => {
    expect(await list(scene)).toEqual([]);
    await scene.why();
    expect(await list(scene)).toEqual([]);
  });

  test('lists nothing that was invalidated, in whatever way, and lists what was stored since', async (scene) => {
    const ways: EntryFilter[] = [
      { key: keyOf('0') },
      { scope: 'scope', tag: 'tag' },
      { scope: 'scope', activityType: 'activity' },
      { scope: 'scope', version: '1' },
      { scope: 'scope', namespace: 'namespace' },
      { scope: 'scope', keyPrefix: keyOf('0').slice(0, 10) },
      { scope: 'scope' },
    ];
    for (const way of ways) {
      await scene.execute({ key: keyOf('0'), tags: ['tag'], data: bytes(20_000) });
      await scene.execute({ key: keyOf('other scope'), scope: 'other', tags: ['tag'], header: 'other' });
      expect((await headers(scene)).length).toBe(2);
      await scene.store.invalidate(way);
      expect({ way, left: await headers(scene) }).toEqual({ way, left: ['other'] });
      expect({ way, left: await headers(scene, { tag: 'tag' }) }).toEqual({ way, left: ['other'] });
      await scene.execute({ key: keyOf('0'), header: 'since' });
      expect(await headers(scene, { key: keyOf('0') })).toEqual(['since']);
    }
  });

  test(`lists ${MANY} entries once each, also those of one instant`, async (scene) => {
    const keys = await storeMany(scene);
    expect((await list(scene)).map(({ key }) => key).sort()).toEqual(keys);
    expect((await list(scene, { tag: 'even' })).length).toBe(MANY / 2);
  });

  test('lists what stays exactly once while other entries come and go', async (scene) => {
    const keys = await storeMany(scene);
    const seen: string[] = [];
    let turn = 0;
    for await (const { key, tags } of scene.store.entries({})) {
      if (tags.includes('even')) seen.push(key);
      if (seen.length % 100 === 50) {
        turn++;
        await scene.later();
        await scene.store.invalidate({ key: keyOf(`many ${turn * 2 + 1}`) }); // not an even key
        await scene.execute({ key: keyOf(`new ${turn}`) });
      }
    }
    expect(turn).toBeGreaterThan(5);
    const even = keys.filter((key) => EVEN.has(key));
    expect(seen.sort()).toEqual(even);
  });

  test('can be left in the middle of a list, and goes on', async (scene) => {
    await storeMany(scene);
    for (let i = 0; i < 3; i++) {
      for await (const record of scene.store.entries({})) {
        expect(record.bytes).toBe(100);
        break;
      }
    }
    expect(await scene.execute()).toBe('stored');
    expect((await list(scene)).length).toBe(MANY + 1);
  });

  testShared('lists the same in every store object on the place', async (scene) => {
    await scene.execute({ tags: ['tag'], data: bytes(30_000) });
    const records = (store = scene.store) => allOf(store.entries({}));
    const other = await scene.reopen();
    const timeless = ({ now: _, ...record }: EntryRecord) => record;
    expect((await records(other)).map(timeless)).toEqual((await records()).map(timeless));
    await scene.store.close();
    const later = await scene.reopen();
    expect((await records(later)).map(timeless)).toEqual((await records(other)).map(timeless));
  });
}

const EVEN = new Set(Array.from({ length: MANY / 2 }, (_, i) => keyOf(`many ${i * 2}`)));

/** Stores entries, several of them at once, so that many have the same time. */
async function storeMany(scene: Scene): Promise<string[]> {
  const begun = await scene.store.draw();
  const keys = Array.from({ length: MANY }, (_, i) => keyOf(`many ${i}`));
  for (let from = 0; from < MANY; from += 250) {
    await scene.later();
    await Promise.all(
      keys
        .slice(from, from + 250)
        .map((key) => scene.end(begun, { key, tags: EVEN.has(key) ? ['even'] : [] })),
    );
  }
  return keys.sort();
}
