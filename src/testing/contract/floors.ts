import type { EntryFilter, NewEntry } from '../../store/store';
import { keyOf, type Scene, type SceneTests, whyOf } from './scene';

type Named = Pick<NewEntry, 'key' | 'scope' | 'namespace' | 'activityType' | 'version' | 'tags'>;

/**
 * Names that a careless store confuses: by concatenation, patterns, quotes, case, spaces, or as a
 * floor of another kind.
 */
const WORLD: Named[] = [
  ['scope', 'train', '1', 'red', 'blue'],
  ['scope', 'train', '1', 'blue'],
  ['scope', 'train', '1'],
  ['scope', 'train', '11', 'red'],
  ['scope', 'train', '', 'redblue'],
  ['scope', 'train1', '', 'RED'],
  ['scope', 'Train', '1', 'red '],
  ['scope', 'trai', 'n1', 'r_d'],
  ['scope', 'train*', '%', 'r%'],
  ['scope', 'tra%', '*', '*'],
  ['scope', '_rain', '_', '%'],
  ['scope', '%', '1', '_'],
  ['scope', '*', '1', ''],
  ['scope', '', '1', "red' OR '1'='1"],
  ['scope', "o'hara", `"1"`, `r"e"d`, `r'e'd`],
  ['scope', 'back\\slash', '1', 'r\\"ed'],
  ['scope', 'a,b', 'c', 'red,blue'],
  ['scope', 'a', 'b,c', '["red","blue"]'],
  ['scope', 'all', '1', 'all'],
  ['scope', 'tag', 'red', 'activity', 'train'],
  ['scope', 'red', '1', '["scope","all"]'],
  ['scope', '日本', 'é', 'e\u0301', '😀'],
  ['scope', '日本', 'e\u0301', 'é'],
  ['scopetrain', '1', 'red', 'red'],
  ['Scope', 'train', '1', 'red'],
  ['scop_', 'train', '1', 'red'],
  ['%', 'train', '1', 'red'],
  ['["ns","scope"]', 'train', '1', 'red'],
  ['["ns","scope","all"]', 'train', '1', 'red'],
  ['', 'train', '1', 'red'],
].map((names, i) => named(`${i}`, ...(names as [string, string, string, ...string[]])));

/** The namespace depends on the key, so that each name occurs in several namespaces. */
function named(key: string, scope: string, activityType: string, version: string, ...tags: string[]): Named {
  const namespace = ['first', 'second', 'first '][Number(key) % 3]!;
  return { key: keyOf(`${key} of ${scope}`), scope, namespace, activityType, version, tags };
}

/** The filters of one kind, made from the entries of the world. */
const FILTERS: Record<string, (entry: Named) => EntryFilter[]> = {
  'a key': ({ key }) => [{ key }],
  'an activity type': ({ scope, activityType }) => [{ scope, activityType }],
  'a version': ({ scope, version }) => [{ scope, version }],
  'a version of an activity type': ({ scope, activityType, version }) => [{ scope, activityType, version }],
  'a tag': ({ scope, tags }) => tags.map((tag) => ({ scope, tag })),
  'a whole scope': ({ scope }) => [{ scope }],
  'a namespace of a scope': ({ scope, namespace }) => [{ scope, namespace }],
  'an activity type within a namespace': ({ scope, namespace, activityType }) => [
    { scope, namespace, activityType },
  ],
  'a version within a namespace': ({ scope, namespace, version }) => [{ scope, namespace, version }],
  'a tag within a namespace': ({ scope, namespace, tags }) => tags.map((tag) => ({ scope, namespace, tag })),
  'what nothing is named': ({ scope, version }) => [
    { scope: `${scope}!` },
    { scope, namespace: 'third' },
    { key: keyOf('nothing') },
    { scope, activityType: `${version}!` },
    { scope, tag: `${version}!` },
    { scope, activityType: `${version}!`, version },
  ],
};

const distinct = (filters: EntryFilter[]): EntryFilter[] => [
  ...new Map(filters.map((each) => [JSON.stringify(each), each])).values(),
];

/** Separators with which a store may join names into one text. */
const SEPARATORS = ['', ',', ':', '/', '|', ' ', '\n', '"', "'", '","']
  .flatMap((mark) => [mark, ...['tag', 'activity', 'version'].map((kind) => `${mark}${kind}${mark}`)])
  .slice(1); // without the empty separator: the names would be the same

/**
 * Two entries, and a filter that selects the first. Joined by the separator, their names are equal.
 */
const LOOK_ALIKE: Record<string, (separator: string) => [first: Named, second: Named, EntryFilter]> = {
  tag: (by) => [
    named('1', 'scope', 'train', '1', `${by}red`),
    named('4', `scope${by}`, 'train', '1', 'red'),
    { scope: 'scope', tag: `${by}red` },
  ],
  'activity type': (by) => [
    named('1', 'scope', `${by}train`, '1'),
    named('4', `scope${by}`, 'train', '1'),
    { scope: 'scope', activityType: `${by}train` },
  ],
  version: (by) => [
    named('1', 'scope', 'train', `${by}1`),
    named('4', 'scope', `train${by}`, '1'),
    { scope: 'scope', activityType: 'train', version: `${by}1` },
  ],
};

/** The entries that a filter covers, in the simplest form. */
function covers({ tag, ...names }: EntryFilter, entry: Named): boolean {
  if (tag !== undefined && !entry.tags.includes(tag)) return false;
  return Object.entries(names).every(([name, value]) => entry[name as keyof Named] === value);
}

/**
 * Floors by key, activity type, version, tag and all. Covered entries disappear, and are not stored
 * late. All other entries stay, and are stored.
 */
export function floors({ test, expect, taken }: SceneTests): void {
  for (const [kind, filtersOf] of Object.entries(FILTERS)) {
    test(`by ${kind}`, async (scene) => {
      for (const filter of distinct(WORLD.flatMap(filtersOf))) {
        const outcome = await invalidateInWorld(scene, filter);
        const wrong = outcome.entries.filter(({ of, ...seen }) => {
          const expected = covers(filter, of)
            ? { look: 'invalidated', begunBefore: 'superseded' }
            : { look: 'found', begunBefore: 'stored' };
          return JSON.stringify(seen) !== JSON.stringify(expected);
        });
        expect({ filter, wrong }).toEqual({ filter, wrong: [] });
        const count = WORLD.filter((entry) => covers(filter, entry)).length;
        const expected = filter.key === undefined ? taken(count) : { entries: count };
        expect({ filter, ...outcome.answer }).toEqual({ filter, ...expected });
      }
      const after = await Promise.all(WORLD.map((entry) => scene.execute(entry)));
      expect(after).toEqual(WORLD.map(() => 'stored'));
    });
  }

  for (const [kind, pairOf] of Object.entries(LOOK_ALIKE)) {
    test(`and not by a ${kind} that looks alike, read together with the name before it`, async (scene) => {
      for (const separator of SEPARATORS) {
        const [first, second, filter] = pairOf(separator);
        const begun = await scene.store.draw();
        await scene.execute(first);
        await scene.execute(second);
        expect(await scene.store.invalidate(filter)).toEqual(taken(1));
        expect({ separator, why: await scene.why(second) }).toEqual({ separator, why: 'found' });
        const late = { ...second, key: keyOf(`late ${separator}`) };
        expect({ separator, late: await scene.end(begun, late) }).toEqual({ separator, late: 'stored' });
      }
    });
  }
}

/** Stores every entry, begins another execution of each, invalidates, and reports each outcome. */
async function invalidateInWorld(scene: Scene, filter: EntryFilter) {
  const { store } = scene;
  const begun = await Promise.all(
    WORLD.map(async (entry) => {
      const stored = await scene.execute(entry); // also entries that the previous filter covered
      if (stored !== 'stored') throw new Error(`Begun after an invalidation, and ${stored}`);
      return store.draw();
    }),
  );
  const answer = await store.invalidate(filter);
  const entries = await Promise.all(
    WORLD.map(async (of, i) => {
      const look = whyOf(await store.look(of));
      return { of, look, begunBefore: await scene.end(begun[i]!, of) };
    }),
  );
  return { answer, entries };
}
