import type { CacheStore, Note } from '../../store/store';
import { prune } from './pruning';
import { allOf, type Scene, type SceneTests } from './scene';

/** Notes are short texts, by name, that a store keeps beside its entries. */
export function notes({ test, testShared, expect, harness }: SceneTests): void {
  const names = async (scene: Scene, prefix: string, store = scene.store) =>
    (await store.notes(prefix)).map(({ name }) => name);

  test('keeps a text under a name, and when it was written, until there is another one', async (scene) => {
    const { now } = await scene.store.draw();
    await scene.store.note('name', 'first');
    const [first, ...none] = await scene.store.notes('name');
    expect([first?.name, first?.text, none.length]).toEqual(['name', 'first', 0]);
    expect(first!.at).toBeGreaterThanOrEqual(now);
    expect(first!.ageMs).toBeGreaterThanOrEqual(0);
    await scene.later();
    const [older] = await scene.store.notes('name');
    expect(older!.at).toBe(first!.at);
    expect(older!.ageMs).toBeGreaterThan(first!.ageMs);
    await scene.store.note('name', 'second');
    const [second, ...more] = await scene.store.notes('name');
    expect([second?.name, second?.text, more.length]).toEqual(['name', 'second', 0]);
    expect(second!.at).toBeGreaterThan(first!.at);
  });

  test('gives back names and texts exactly', async (scene) => {
    const texts = [
      '',
      '{"a":"\\u0000"}',
      `'"\`\\ %_* $1 ? :name`,
      'äß 日本語 😀\r\n\u2028',
      'é'.repeat(20_000),
    ];
    for (const [i, text] of texts.entries()) await scene.store.note(`${i} ${text.slice(0, 100)}`, text);
    const found = await scene.store.notes('');
    expect(found.map(({ name }) => name)).toEqual(texts.map((text, i) => `${i} ${text.slice(0, 100)}`));
    expect(found.every(({ text }, i) => text === texts[i])).toBe(true);
  });

  test('removes a note, and one that is not there', async (scene) => {
    await scene.store.note('a', 'text');
    await scene.store.note('b', 'text');
    await scene.store.note('a', undefined);
    await scene.store.note('a', undefined);
    await scene.store.note('never there', undefined);
    expect(await names(scene, '')).toEqual(['b']);
    expect(await scene.store.notes('a')).toEqual([]);
    await scene.store.note('a', 'again');
    expect(await names(scene, '')).toEqual(['a', 'b']);
  });

  test('tells those whose names begin so, sorted by name as bytes are', async (scene) => {
    const given = ['b', 'a/2', 'a/10', 'B', 'a', 'a_', 'a%b', 'ab', 'a/', 'é', '["a"]', 'a/é'];
    for (const name of given) await scene.store.note(name, name);
    for (const prefix of ['', 'a', 'a/', 'a_', 'a%', '%', 'A', 'b', 'a/10', 'a/100', 'é', '[', 'c']) {
      const expected = given.filter((name) => name.startsWith(prefix)).sort();
      expect({ prefix, names: await names(scene, prefix) }).toEqual({ prefix, names: expected });
    }
  });

  test('keeps 50 that are written at once, and removes 25 of them at once', async (scene) => {
    const many = Array.from({ length: 50 }, (_, i) => `note/${String(i).padStart(2, '0')}`);
    await Promise.all(many.map((name) => scene.store.note(name, `text of ${name}`)));
    expect(await names(scene, 'note/')).toEqual(many);
    await Promise.all(many.slice(0, 25).map((name) => scene.store.note(name, undefined)));
    expect(await names(scene, 'note/')).toEqual(many.slice(25));
  });

  test('keeps what was claimed first under a name, and tells it to whoever claims it later', async (scene) => {
    expect(await scene.store.claim('name', 'first')).toBe('first');
    expect(await scene.store.claim('name', 'second')).toBe('first');
    expect(await scene.store.claim('nam', 'other')).toBe('other');
    await scene.store.note('noted', 'text');
    expect(await scene.store.claim('noted', 'claimed')).toBe('text');
    expect((await scene.store.notes('')).map(({ text }) => text)).toEqual(['other', 'first', 'text']);
    await scene.store.note('name', undefined);
    expect(await scene.store.claim('name', '')).toBe('');
    expect(await scene.store.claim('name', 'third')).toBe('');
  });

  test('gives 20 that claim a name at once the same answer', async (scene) => {
    await claimAtOnce([scene.store]);
  });

  testShared('gives them the same answer in two store objects, and later too', async (scene) => {
    const claimed = await claimAtOnce([scene.store, await scene.reopen()]);
    await scene.store.close();
    expect(await (await scene.reopen()).claim('name', 'later')).toBe(claimed);
  });

  async function claimAtOnce(stores: CacheStore[]): Promise<string> {
    const claims = Array.from({ length: 20 }, (_, i) => `claim ${i}`);
    const answers = await Promise.all(
      claims.map((claim, i) => stores[i % stores.length]!.claim('name', claim)),
    );
    expect(new Set(answers).size).toBe(1);
    expect(claims.includes(answers[0]!)).toBe(true);
    expect((await stores[0]!.notes('name')).map(({ text }) => text)).toEqual([answers[0]]);
    return answers[0]!;
  }

  test('keeps them apart from entries: no invalidation takes them, no look finds them', async (scene) => {
    await scene.store.note('scope', 'text');
    await scene.execute();
    await scene.store.invalidate({ scope: 'scope' });
    expect(await names(scene, '')).toEqual(['scope']);
    if (harness.lists === false) return;
    expect(await allOf(scene.store.entries({}))).toEqual([]);
    await prune(scene, { maxBytes: 0 });
    expect((await scene.store.stats({})).bytes).toBe(0);
    expect(await names(scene, '')).toEqual(['scope']);
  });

  testShared('keeps them for every store object on the place, and for the next one', async (scene) => {
    const other = await scene.reopen();
    await scene.store.note('a', 'first');
    await other.note('b', 'second');
    const timeless = ({ ageMs: _, ...note }: Note) => note;
    const [here, there] = [await scene.store.notes(''), await other.notes('')];
    expect(here.map(timeless)).toEqual(there.map(timeless));
    expect(here.map(({ text }) => text)).toEqual(['first', 'second']);
    await Promise.all([
      ...['c', 'e', 'g'].map((name) => scene.store.note(name, name)),
      ...['d', 'f', 'h'].map((name) => other.note(name, name)),
    ]);
    await scene.store.close();
    await other.close();
    expect(await names(scene, '', await scene.reopen())).toEqual([...'abcdefgh']);
  });

  test('says about itself what helps to find a fault: names and texts', async (scene) => {
    await scene.execute();
    const about = Object.entries(await scene.store.about());
    expect(about.length).toBeGreaterThan(0);
    expect(about.filter(([name, value]) => name === '' || typeof value !== 'string')).toEqual([]);
  });
}
