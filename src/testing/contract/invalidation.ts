import type { EntryFilter } from '../../store/store';
import { keyOf, type SceneTests, subject } from './scene';

const all: EntryFilter = { scope: 'scope' };

/** An invalidated entry does not come back, and later entries are not invalidated. */
export function invalidation({ test, testShared, expect, taken }: SceneTests): void {
  test('says why there is nothing: never there, or taken; and finds again what is stored anew', async (scene) => {
    expect(await scene.why()).toBe('new');
    expect(await scene.why()).toBe('new');
    await scene.execute();
    expect(await scene.why()).toBe('found');
    await scene.store.invalidate(all);
    expect(await scene.why()).toBe('invalidated');
    expect(await scene.why()).toBe('invalidated');
    await scene.execute({ header: 'anew' });
    expect(await scene.holder()).toBe('anew');
  });

  test('checks many at once as it looks at each', async (scene) => {
    const { store } = scene;
    if (store.check === undefined) return; // such a store is tested through `look`
    const names = ['kept', 'none', 'gone', 'tagged', 'replaced', 'another version'];
    for (const name of names.filter((each) => each !== 'none'))
      await scene.execute({ key: keyOf(name), tags: name === 'tagged' ? ['tag'] : [], version: name });
    await store.invalidate({ key: keyOf('gone') });
    await store.invalidate({ scope: 'scope', tag: 'tag' });
    await store.invalidate({ scope: 'scope', version: 'another version' });
    await scene.execute({ key: keyOf('replaced'), version: 'replaced', header: 'again' });
    const subjects = [...names, 'kept'].map((name) => subject({ key: keyOf(name), version: name }));
    const { standing, now } = await store.check(subjects);
    const looked = await Promise.all(subjects.map(async (each) => (await store.look(each)).found));
    expect(standing.map((one) => one && [one.ticket, one.startedAt])).toEqual(
      looked.map((found) => found && [found.ticket, found.startedAt]),
    );
    expect(standing.map((one) => one !== undefined)).toEqual([true, false, false, false, true, false, true]);
    expect(now).toBeLessThanOrEqual((await store.draw()).now);
  });

  test('checks 250 at once', async (scene) => {
    const { store } = scene;
    if (store.check === undefined) return;
    const subjects = Array.from({ length: 250 }, (_, i) => subject({ key: keyOf(`${i}`) }));
    for (const { key } of [subjects[0]!, subjects[249]!]) await scene.execute({ key });
    const { standing } = await store.check(subjects);
    expect(standing.flatMap((one, i) => (one === undefined ? [] : [i]))).toEqual([0, 249]);
  });

  test('counts what counted until then, once', async (scene) => {
    expect(await scene.store.invalidate(all)).toEqual(taken(0));
    for (const key of ['a', 'b', 'c'])
      await scene.execute({ key: keyOf(key), tags: key === 'c' ? [] : ['tag'] });
    expect(await scene.store.invalidate({ scope: 'scope', tag: 'tag' })).toEqual(taken(2));
    expect(await scene.store.invalidate(all)).toEqual(taken(1));
    expect(await scene.store.invalidate(all)).toEqual(taken(0));
  });

  test('supersedes what began before an invalidation and ends after it, also where there was no entry', async (scene) => {
    const begun = await scene.store.draw();
    await scene.store.invalidate(all);
    expect(await scene.end(begun)).toBe('superseded');
    expect(await scene.why()).toBe('new');
    expect(await scene.execute()).toBe('stored');
  });

  test('supersedes it for good: a result stored since does not open the way', async (scene) => {
    const begun = await scene.store.draw();
    await scene.store.invalidate({ scope: 'scope', tag: 'tag' });
    await scene.execute({ header: 'since' });
    expect(await scene.end(begun, { tags: ['tag'] })).toBe('superseded');
    expect(await scene.end(begun)).toBe('superseded');
    expect(await scene.holder()).toBe('since');
  });

  test('keeps the highest of several invalidations', async (scene) => {
    const selectors: EntryFilter[] = [all, { scope: 'scope', activityType: 'activity' }, all];
    for (const selector of selectors) {
      const begun = await scene.store.draw();
      await scene.store.invalidate(selector);
      expect(await scene.end(begun)).toBe('superseded');
    }
  });

  test('covers an entry by the tags it was stored with last', async (scene) => {
    await scene.execute({ tags: ['old', 'kept'] });
    await scene.execute({ tags: ['kept', 'new'], header: 'last' });
    expect(await scene.store.invalidate({ scope: 'scope', tag: 'old' })).toEqual(taken(0));
    expect(await scene.holder()).toBe('last');
    expect(await scene.store.invalidate({ scope: 'scope', tag: 'new' })).toEqual(taken(1));
    expect(await scene.why()).toBe('invalidated');
  });

  test('takes large results too, and finds the next ones', async (scene) => {
    await scene.execute({ data: new Uint8Array(500_000) });
    await scene.store.invalidate(all);
    expect(await scene.why()).toBe('invalidated');
    await scene.execute({ data: new Uint8Array(400_000), header: 'next' });
    expect((await scene.found())?.data?.length).toBe(400_000);
  });

  test('holds each key to its own: 100 executions and 10 invalidations at once', async (scene) => {
    const keys = Array.from({ length: 100 }, (_, i) => keyOf(`key ${i}`));
    const begun = await Promise.all(keys.map(() => scene.store.draw()));
    const taken = keys.slice(0, 10);
    await Promise.all([
      ...keys.map((key, i) => scene.end(begun[i]!, { key })),
      ...taken.map((key) => scene.store.invalidate({ key })),
    ]);
    for (const key of keys) expect((await scene.why({ key })) === 'found').toBe(!taken.includes(key));
  });

  testShared('counts for every store object on the place at once', async (scene) => {
    const other = await scene.reopen();
    await scene.execute();
    const begun = await scene.store.draw();
    expect(await scene.why({}, other)).toBe('found');
    expect(await other.invalidate(all)).toEqual(taken(1));
    expect(await scene.why()).toBe('invalidated');
    expect(await scene.end(begun)).toBe('superseded');
  });

  testShared('holds after it is opened again', async (scene) => {
    await scene.execute();
    const begun = await scene.store.draw();
    await scene.store.invalidate(all);
    await scene.store.close();
    const later = await scene.reopen();
    expect(await scene.why({}, later)).toBe('invalidated');
    expect(await scene.end(begun, {}, later)).toBe('superseded');
  });
}
