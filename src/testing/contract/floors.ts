import type { NewEntry, Selector } from '../../store/store';
import { keyOf, type Scene, type SceneTests, whyOf } from './scene';

type Named = Pick<NewEntry, 'key' | 'space' | 'activityType' | 'version' | 'tags'>;

/** Names that a careless store takes for one another: by concatenation, patterns, quotes, case, spaces, or as a floor of another kind. */
const WORLD: Named[] = [
  ['space', 'train', '1', 'red', 'blue'],
  ['space', 'train', '1', 'blue'],
  ['space', 'train', '1'],
  ['space', 'train', '11', 'red'],
  ['space', 'train', '', 'redblue'],
  ['space', 'train1', '', 'RED'],
  ['space', 'Train', '1', 'red '],
  ['space', 'trai', 'n1', 'r_d'],
  ['space', 'train*', '%', 'r%'],
  ['space', 'tra%', '*', '*'],
  ['space', '_rain', '_', '%'],
  ['space', '%', '1', '_'],
  ['space', '*', '1', ''],
  ['space', '', '1', "red' OR '1'='1"],
  ['space', "o'hara", `"1"`, `r"e"d`, `r'e'd`],
  ['space', 'back\\slash', '1', 'r\\"ed'],
  ['space', 'a,b', 'c', 'red,blue'],
  ['space', 'a', 'b,c', '["red","blue"]'],
  ['space', 'all', '1', 'all'],
  ['space', 'tag', 'red', 'activity', 'train'],
  ['space', 'red', '1', '["space","all"]'],
  ['space', '日本', 'é', 'e\u0301', '😀'],
  ['space', '日本', 'e\u0301', 'é'],
  ['spacetrain', '1', 'red', 'red'],
  ['Space', 'train', '1', 'red'],
  ['spac_', 'train', '1', 'red'],
  ['%', 'train', '1', 'red'],
  ['["ns","space"]', 'train', '1', 'red'],
  ['["ns","space","all"]', 'train', '1', 'red'],
  ['', 'train', '1', 'red'],
].map((names, i) => named(`${i}`, ...(names as [string, string, string, ...string[]])));

function named(key: string, space: string, activityType: string, version: string, ...tags: string[]): Named {
  return { key: keyOf(`${key} of ${space}`), space, activityType, version, tags };
}

/** The selectors of one kind that entries of the world give rise to. */
const SELECTORS: Record<string, (entry: Named) => Selector[]> = {
  'a key': ({ space, key }) => [{ space, key }],
  'an activity type': ({ space, activityType }) => [{ space, activityType }],
  'a version of an activity type': ({ space, activityType, version }) => [{ space, activityType, version }],
  'a tag': ({ space, tags }) => tags.map((tag) => ({ space, tag })),
  'a whole space': ({ space }) => [{ space, all: true }],
  'what nothing is named': ({ space, version }) => [
    { space: `${space}!`, all: true },
    { space, key: keyOf('nothing') },
    { space, activityType: `${version}!` },
    { space, tag: `${version}!` },
    { space, activityType: `${version}!`, version },
  ],
};

/** What names may be joined by, where a store makes one text of several. */
const SEPARATORS = ['', ',', ':', '/', '|', ' ', '\n', '"', "'", '","']
  .flatMap((mark) => [mark, ...['tag', 'activity', 'version'].map((kind) => `${mark}${kind}${mark}`)])
  .slice(1); // not by nothing at all: that would be the same names

/** Two entries and a selector of the first; joined by the separator, their names are one text. */
const LOOK_ALIKE: Record<string, (separator: string) => [first: Named, second: Named, Selector]> = {
  tag: (by) => [
    named('1', 'space', 'train', '1', `${by}red`),
    named('2', `space${by}`, 'train', '1', 'red'),
    { space: 'space', tag: `${by}red` },
  ],
  'activity type': (by) => [
    named('1', 'space', `${by}train`, '1'),
    named('2', `space${by}`, 'train', '1'),
    { space: 'space', activityType: `${by}train` },
  ],
  version: (by) => [
    named('1', 'space', 'train', `${by}1`),
    named('2', 'space', `train${by}`, '1'),
    { space: 'space', activityType: 'train', version: `${by}1` },
  ],
};

/** What a selector covers, said as plainly as can be. */
function covers(selector: Selector, entry: Named): boolean {
  if (selector.space !== entry.space) return false;
  if ('key' in selector) return selector.key === entry.key;
  if ('tag' in selector) return entry.tags.includes(selector.tag);
  if ('all' in selector) return true;
  const { activityType, version = entry.version } = selector;
  return activityType === entry.activityType && version === entry.version;
}

/** By key, activity type, version, tag and all: what is covered goes, and is not stored late; all else stays, and is. */
export function floors({ test, expect }: SceneTests): void {
  for (const [kind, selectorsOf] of Object.entries(SELECTORS)) {
    test(`by ${kind}`, async (scene) => {
      const selectors = new Map(WORLD.flatMap(selectorsOf).map((each) => [JSON.stringify(each), each]));
      for (const selector of selectors.values()) {
        const outcome = await invalidateInWorld(scene, selector);
        const wrong = outcome.entries.filter(({ of, ...seen }) => {
          const expected = covers(selector, of)
            ? { look: 'invalidated', begunBefore: 'superseded', begunAfter: 'stored' }
            : { look: 'found', begunBefore: 'stored', begunAfter: 'stored' };
          return JSON.stringify(seen) !== JSON.stringify(expected);
        });
        expect({ selector, wrong }).toEqual({ selector, wrong: [] });
        const count = WORLD.filter((entry) => covers(selector, entry)).length;
        expect({ selector, count: outcome.count }).toEqual({ selector, count });
      }
    });
  }

  for (const [kind, pairOf] of Object.entries(LOOK_ALIKE)) {
    test(`and not by a ${kind} that looks alike, read together with the name before it`, async (scene) => {
      for (const separator of SEPARATORS) {
        const [first, second, selector] = pairOf(separator);
        const begun = await scene.store.draw();
        await scene.execute(first);
        await scene.execute(second);
        expect(await scene.store.invalidate(selector)).toEqual({ entries: 1 });
        expect({ separator, why: await scene.why(second) }).toEqual({ separator, why: 'found' });
        const late = { ...second, key: keyOf(`late ${separator}`) };
        expect({ separator, late: await scene.end(begun, late) }).toEqual({ separator, late: 'stored' });
      }
    });
  }
}

/** Stores every entry, begins another execution of each, invalidates, and tells what became of each. */
async function invalidateInWorld(scene: Scene, selector: Selector) {
  const { store } = scene;
  const begun = await Promise.all(
    WORLD.map(async (entry) => {
      await scene.execute(entry);
      return store.draw();
    }),
  );
  const { entries: count } = await store.invalidate(selector);
  const entries = await Promise.all(
    WORLD.map(async (of, i) => {
      const look = whyOf(await store.look(of));
      const begunBefore = await scene.end(begun[i]!, of);
      return { of, look, begunBefore, begunAfter: await scene.execute(of) };
    }),
  );
  return { count, entries };
}
