import type { EntryFilter, NewEntry, StoreTime } from '../../store/store';
import { keyOf } from './scene';

const HOUR = 3_600_000;

/** An entry that filters choose from: its names, and the time since its execution began. */
export type Chosen = Pick<NewEntry, 'key' | 'scope' | 'namespace' | 'activityType' | 'version' | 'tags'> & {
  ageMs: number;
};

/**
 * Lines of `scope/namespace activityType version age in hours`, then tags. Each key begins with the
 * two digits before the line.
 */
export const WORLD: Chosen[] = (
  [
    ['00', 'scope', 'first', 'train', '1', 0, 'red', 'blue'],
    ['01', 'scope', 'first', 'train', '1', 5, 'red'],
    ['02', 'scope', 'first', 'train', '2', 50, 'blue'],
    ['0a', 'scope', 'second', 'train', '1', 5, 'red'],
    ['0b', 'scope', 'second', 'load', '1', 50, 'red', 'blue', 'green'],
    ['ab', 'scope', 'first', 'load', '2', 50],
    ['ac', 'scope', 'second', 'load', '2', 0, 'Red', 're'],
    ['a_', 'other', 'first', 'train', '1', 5, 'red'],
    ['b0', 'other', 'second', 'load', '1', 50, 'blue'],
    ['ff', '', '', '', '', 50, ''],
  ] as [string, string, string, string, string, number, ...string[]][]
).map(([digits, scope, namespace, activityType, version, hours, ...tags]) => {
  const start = digits.replace('_', 'f');
  const key = start + keyOf(digits).slice(start.length);
  return { key, scope, namespace, activityType, version, tags, ageMs: hours * HOUR };
});

const key = (i: number): string => WORLD[i]!.key;

/** Filters for a choice among other entries. `floors.ts` tests filters with a floor one by one. */
export const FILTERS: Record<string, EntryFilter> = {
  nothing: {},
  'a scope': { scope: 'scope' },
  'an empty scope': { scope: '' },
  'a scope that nothing has': { scope: 'scop' },
  'a namespace of any scope': { namespace: 'first' },
  'a namespace of a scope': { scope: 'scope', namespace: 'second' },
  'an activity type': { activityType: 'load' },
  'a version': { version: '1' },
  'a version of an activity type': { scope: 'scope', activityType: 'train', version: '1' },
  'a tag': { tag: 'red' },
  'a tag of a scope': { scope: 'scope', tag: 'red' },
  'an empty tag': { scope: '', tag: '' },
  'a tag that nothing has': { scope: 'scope', tag: 'r%' },
  'a tag of an activity type': { scope: 'scope', tag: 'red', activityType: 'train' },
  'a tag of a version': { scope: 'scope', tag: 'blue', version: '2' },
  'a tag of a version of an activity type in a namespace': {
    scope: 'scope',
    namespace: 'first',
    activityType: 'train',
    version: '1',
    tag: 'red',
  },
  'a key': { key: key(3) },
  'a key and its scope': { key: key(3), scope: 'scope' },
  'a key and a scope that is not its own': { key: key(3), scope: 'other' },
  'a key and a tag': { key: key(1), tag: 'red' },
  'a key and a tag that it has not': { key: key(1), tag: 'blue' },
  'how a key begins': { scope: 'scope', keyPrefix: '0' },
  'how a key begins, with letters': { scope: 'scope', keyPrefix: '0a' },
  'a whole key as its beginning': { scope: 'scope', keyPrefix: key(5) },
  'an empty beginning': { scope: 'other', keyPrefix: '' },
  'a beginning in capital letters': { scope: 'scope', keyPrefix: 'AB' },
  'a beginning that looks like a pattern': { scope: 'scope', keyPrefix: '_' },
  'another beginning that looks like a pattern': { scope: 'scope', keyPrefix: '%' },
  'what is in the middle of keys': { scope: 'scope', keyPrefix: key(0).slice(1, 5) },
  'an age': { scope: 'scope', olderThanMs: 2 * HOUR },
  'any age': { scope: 'scope', olderThanMs: 0 },
  'an age that nothing has': { scope: 'scope', olderThanMs: 500 * HOUR },
  'an age of an activity type': { scope: 'scope', activityType: 'train', olderThanMs: 20 * HOUR },
  'an age of a tag': { scope: 'scope', tag: 'red', olderThanMs: 20 * HOUR },
  'all at once': {
    scope: 'scope',
    namespace: 'second',
    key: key(4),
    keyPrefix: '0b',
    activityType: 'load',
    version: '1',
    tag: 'green',
    olderThanMs: 20 * HOUR,
  },
};

/** The meaning of a filter, in the simplest form. */
export function means({ keyPrefix, tag, olderThanMs, ...names }: EntryFilter, entry: Chosen): boolean {
  return (
    Object.entries(names).every(([name, value]) => entry[name as keyof Chosen] === value) &&
    (keyPrefix === undefined || entry.key.startsWith(keyPrefix)) &&
    (tag === undefined || entry.tags.includes(tag)) &&
    (olderThanMs === undefined || entry.ageMs >= olderThanMs)
  );
}

/** The entry as an execution that began `ageMs` ago would hand it over. */
export const aged = ({ ageMs, ...entry }: Chosen, now: StoreTime): Partial<NewEntry> => ({
  ...entry,
  startedAt: now - ageMs,
});
