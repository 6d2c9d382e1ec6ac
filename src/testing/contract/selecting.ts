import { floorName } from '../../store/filter';
import { aged, FILTERS, means, WORLD } from './filters';
import { allOf, keyOf, type Scene, type SceneTests, whyOf } from './scene';

const MANY = 1_250;

/**
 * Invalidations by filters without a floor. Such a filter selects its entries when it is applied:
 * these entries disappear, and earlier executions with the same keys are superseded.
 */
export function selecting({ test, testShared, expect }: SceneTests): void {
  const floorless = Object.entries(FILTERS).filter(
    ([, filter]) =>
      floorName(filter) === undefined && (filter.scope !== undefined || filter.key !== undefined),
  );
  for (const [kind, filter] of floorless) {
    test(`by ${kind}`, async (scene) => {
      const begun = await storeWorld(scene);
      const late = await scene.store.draw();
      const { entries } = await scene.store.invalidate(filter);
      const outcome = await Promise.all(
        WORLD.map(async (entry) => ({
          key: entry.key,
          look: whyOf(await scene.store.look(entry)),
          begunBefore: await scene.end(late, aged(entry, begun.now)),
          begunAfter: await scene.execute(entry),
        })),
      );
      const expected = WORLD.map((entry) =>
        means(filter, entry)
          ? { key: entry.key, look: 'invalidated', begunBefore: 'superseded', begunAfter: 'stored' }
          : { key: entry.key, look: 'found', begunBefore: 'stored', begunAfter: 'stored' },
      );
      expect(outcome).toEqual(expected);
      expect(entries).toBe(WORLD.filter((entry) => means(filter, entry)).length);
    });
  }

  test('counts an entry once, and not again what was invalidated in another way', async (scene) => {
    const begun = await storeWorld(scene);
    const filter = { scope: 'scope', tag: 'red', activityType: 'train' };
    const meant = WORLD.filter((entry) => means(filter, entry));
    await scene.store.invalidate({ key: meant[0]!.key });
    expect(await scene.store.invalidate(filter)).toEqual({ entries: meant.length - 1 });
    expect(await scene.store.invalidate(filter)).toEqual({ entries: 0 });
    await scene.end(await scene.store.draw(), aged(meant[1]!, begun.now));
    expect(await scene.store.invalidate(filter)).toEqual({ entries: 1 });
  });

  test('says that an entry was invalidated until there is a new one, which counts', async (scene) => {
    await scene.execute({ tags: ['tag'] });
    const filter = { scope: 'scope', tag: 'tag', version: '1' };
    await scene.store.invalidate(filter);
    expect([await scene.why(), await scene.why()]).toEqual(['invalidated', 'invalidated']);
    await scene.execute({ header: 'anew', tags: ['tag'] });
    expect(await scene.holder()).toBe('anew');
  });

  test('leaves alone what it does not mean, though it has no entry yet', async (scene) => {
    const begun = await scene.store.draw();
    await scene.execute({ key: keyOf('meant'), tags: ['tag'] });
    await scene.store.invalidate({ scope: 'scope', tag: 'tag', activityType: 'activity' });
    expect(await scene.end(begun, { key: keyOf('not meant') })).toBe('stored');
  });

  test(`by age, ${MANY} entries at once`, async (scene) => {
    const begun = await scene.store.draw();
    const keys = Array.from({ length: MANY }, (_, i) => keyOf(`many ${i}`));
    await Promise.all(
      keys.map((key, i) => scene.end(begun, { key, startedAt: begun.now - (i % 5 ? 10_000_000 : 0) })),
    );
    const filter = { scope: 'scope', olderThanMs: 5_000_000 };
    expect(await scene.store.invalidate(filter)).toEqual({ entries: (MANY * 4) / 5 });
    const left = (await allOf(scene.store.entries({}))).map(({ key }) => key);
    expect(left.sort()).toEqual(keys.filter((_, i) => i % 5 === 0).sort());
    for (const key of [keys[1]!, keys.at(-1)!]) expect(await scene.end(begun, { key })).toBe('superseded');
  });

  testShared('holds in every store object on the place, and after it is opened again', async (scene) => {
    const other = await scene.reopen();
    await scene.execute({ tags: ['tag'] });
    const begun = await scene.store.draw();
    await other.invalidate({ scope: 'scope', tag: 'tag', version: '1' });
    expect(await scene.why()).toBe('invalidated');
    await scene.store.close();
    await other.close();
    const later = await scene.reopen();
    expect(await scene.why({}, later)).toBe('invalidated');
    expect(await scene.end(begun, {}, later)).toBe('superseded');
    expect(await scene.execute({}, later)).toBe('stored');
  });
}

async function storeWorld(scene: Scene) {
  const begun = await scene.store.draw();
  for (const entry of WORLD) await scene.end(begun, aged(entry, begun.now));
  return begun;
}
