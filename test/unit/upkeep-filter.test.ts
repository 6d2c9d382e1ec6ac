/** How users say which entries they mean: what is not clear is refused, by name. */
import { CacheOptionsError } from 'temporal-activity-cache';
import { toEntryFilter, toInvalidation } from '../../src/upkeep/filter';

const key = 'a'.repeat(64);

function messageOf(run: () => unknown): string {
  try {
    return `no error, but ${JSON.stringify(run())}`;
  } catch (error) {
    expect(error).toBeInstanceOf(CacheOptionsError);
    return (error as Error).message;
  }
}

test('each field becomes what stores know it by; none at all means every entry', () => {
  expect(toEntryFilter()).toEqual({});
  const all = { activity: 'f', tag: 't', version: '1', olderThan: '2 days', key, namespace: 'n' };
  expect(toEntryFilter(all)).toEqual({
    activityType: 'f',
    tag: 't',
    version: '1',
    olderThanMs: 172_800_000,
    key,
    namespace: 'n',
  });
  expect(toEntryFilter({ key: '3f2a', tag: undefined, olderThan: 0 })).toEqual({
    keyPrefix: '3f2a',
    olderThanMs: 0,
  });
});

test('an invalidation takes the same fields, and all', () => {
  expect(toInvalidation({ all: true })).toEqual({});
  expect(toInvalidation({ all: true, namespace: 'n' })).toEqual({ namespace: 'n' });
  expect(toInvalidation({ key })).toEqual({ key });
  expect(toInvalidation({ activity: 'f', version: '1', tag: 't', olderThan: 1, namespace: 'n' })).toEqual({
    activityType: 'f',
    version: '1',
    tag: 't',
    olderThanMs: 1,
    namespace: 'n',
  });
});

const SLIPS: [string, unknown, string][] = [
  ['a misspelt field', { activty: 'f' }, "unknown field 'activty'; did you mean 'activity'?"],
  ["the SDK's word", { activityType: 'f' }, "unknown field 'activityType'; did you mean 'activity'?"],
  ['the word in the plural', { tags: ['t'] }, "unknown field 'tags'; did you mean 'tag'?"],
  ['an age by another name', { age: 1 }, "unknown field 'age'; did you mean 'olderThan'?"],
  ['a field of something else', { workflowId: 'w' }, "unknown field 'workflowId'. Valid: activity, tag,"],
  ['a number as text', { activity: 7 }, "activity must be a text, not ''"],
  ['a list of tags', { tag: ['t'] }, "tag must be a text, not ''"],
  ['an empty text', { version: '' }, "version must be a text, not ''"],
  ['null', { namespace: null }, "namespace must be a text, not ''"],
  ['no hex', { key: 'XY' }, 'key must be 1 to 64 digits 0-9a-f, not "XY"'],
  ['a digit too many', { key: `${key}a` }, 'key must be 1 to 64 digits 0-9a-f'],
  ['no duration', { olderThan: 'soon' }, `olderThan "soon" is not a duration like '30 days' or milliseconds`],
  ['less than nothing', { olderThan: -1 }, 'olderThan -1 is not a duration'],
  ['no number', { olderThan: NaN }, 'olderThan null is not a duration'],
  ['no object', null, 'the options must be an object'],
  ['a text', 'all', 'the options must be an object'],
];

test.each(SLIPS)('refused in a filter and in an invalidation alike: %s', (_name, given, problem) => {
  expect(messageOf(() => toEntryFilter(given as object, 'stats'))).toMatch(/^stats: /);
  expect(messageOf(() => toEntryFilter(given as object))).toContain(`entries: ${problem}`);
  expect(messageOf(() => toInvalidation(given as object))).toContain(`invalidate: ${problem}`);
});

test.each<[string, unknown, string]>([
  ['nothing', undefined, 'say what: activity, tag, version, olderThan, key, or all: true'],
  ['no field', {}, 'say what: '],
  ['fields without a value', { activity: undefined, key: undefined }, 'activity is undefined'],
  ['a field without a value beside one with', { tag: 't', activity: undefined }, 'activity is undefined'],
  ['a namespace alone', { namespace: 'n' }, 'say what: '],
  ['all: false', { all: false }, 'all must be true, or left out'],
  ['all: null', { all: null, tag: 't' }, 'all must be true, or left out'],
  ['all, and something', { all: true, tag: 't' }, 'give either all, or tag'],
  ['all, and a key', { all: true, key }, 'give either all, or key'],
  ['the beginning of a key', { key: '3f2a' }, 'key must be whole, 64 digits'],
  ['a key, and something', { key, activity: 'f' }, 'a key stands alone'],
  ['a key in a namespace', { key, namespace: 'n' }, 'a key stands alone'],
])('refused in an invalidation, which must not forget too much by a slip: %s', (_name, given, problem) => {
  expect(messageOf(() => toInvalidation(given as object))).toContain(`invalidate: ${problem}`);
});

test('all is no word of a filter: to list everything, nothing need be said', () => {
  expect(messageOf(() => toEntryFilter({ all: true } as object))).toContain("entries: unknown field 'all'");
});
