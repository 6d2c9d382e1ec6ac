import { cached, CacheOptionsError, type CacheShorthand } from 'temporal-activity-cache';
import { Recording } from '../../../src/context';

const message = (tags: unknown): string | undefined => {
  try {
    cached({ tags } as CacheShorthand, async () => 1);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(CacheOptionsError);
    return (error as Error).message;
  }
};

test.each([[[]], [['a']], [['ünï', 'a b', '%', '_', 'x'.repeat(200)]], [() => ['a']]])(
  '%p are tags',
  (tags) => {
    expect(message(tags)).toBeUndefined();
  },
);

test.each([
  ['text', 'tags must be a list of texts'],
  [null, 'tags must be a list of texts'],
  [{ 0: 'a' }, 'tags must be a list of texts'],
  [[''], 'number 0 is not'],
  [['a', 7], 'number 1 is not'],
  [['a', 'x'.repeat(201)], 'number 1 is not'],
  [['a\0b'], 'number 0 is not'],
  [['\ud800'], 'number 0 is not'],
  [Array.from({ length: 101 }, (_, i) => `${i}`), 'at most 100, not 101'],
])('%p are none', (tags, problem) => {
  expect(message(tags)).toContain(problem);
});

describe('addTags', () => {
  const recording = (...tags: string[]) => new Recording('key', 'type', '1', 'new', tags);

  test('adds to the tags of the options, each once, also taken apart from its object', () => {
    const given = recording('a', 'b');
    const { addTags } = given;
    addTags('b', 'c');
    addTags();
    addTags('d');
    expect([...given.tags]).toEqual(['a', 'b', 'c', 'd']);
    expect(given.skipped).toBeUndefined();
  });

  test.each([[''], [7], [undefined], ['a\0'], ['x'.repeat(201)]])(
    'given %p leaves the result unstored',
    (tag) => {
      const given = recording();
      given.addTags(tag as string);
      expect(given.skipped).toContain('addTags: tags must be');
    },
  );
});
