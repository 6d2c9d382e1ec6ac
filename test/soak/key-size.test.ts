/** However large, deep or tangled a value is: a key or a refusal, after work that grows with the value and no faster. */
import { encode } from '../../src/key/canonical';
import { digester } from '../../src/key/key';
import { Unkeyable } from '../../src/key/unkeyable';

const nested = (levels: number, wrap: (inner: unknown) => unknown, innermost: unknown = 1): unknown => {
  let value = innermost;
  for (let i = 0; i < levels; i++) value = wrap(value);
  return value;
};

/** Counts what is read of a value, at any depth. */
function counting<T extends object>(value: T, count: { reads: number }): T {
  return new Proxy(value, {
    get(target, name) {
      if (typeof name === 'string' && name !== 'length') count.reads++;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'object' && member !== null ? counting(member, count) : member;
    },
  });
}

function readsOf(value: object): number {
  const count = { reads: 0 };
  encode(counting(value, count));
  return count.reads;
}

describe('deep values', () => {
  test.each<[string, (inner: unknown) => unknown]>([
    ['lists', (inner) => [inner]],
    ['objects', (inner) => ({ a: inner })],
    ['maps', (inner) => new Map([['a', inner]])],
    ['sets', (inner) => new Set([inner])],
  ])('of 10,000 %s are refused, naming a path', (_name, wrap) => {
    const deep = nested(10_000, wrap);
    expect(() => encode(deep)).toThrow(Unkeyable);
    expect(() => encode(deep)).toThrow(/^\w+\.\w+\..*…\.\w+: (it is nested deeper than|reading it threw)/);
  });

  test('of 1,000 levels are encoded, of 1,001 not', () => {
    expect(encode(nested(1_000, (inner) => [inner]))).toHaveLength(2_003);
    expect(() => encode(nested(1_001, (inner) => [inner]))).toThrow('deeper than 1000 levels');
  });
});

describe('large values', () => {
  test('a text of 50 MB has a key', () => {
    const text = 'x'.repeat(50_000_000);
    const encoded = encode([text]);
    expect(encoded.length).toBe(text.length + 'as50000000:e'.length);
    expect(digester()(encoded)).toMatch(/^[0-9a-f]{64}$/);
  });

  test('bytes of 50 MB have a key', () => {
    expect(encode(new Uint8Array(50_000_000))).toHaveLength('b50000000:'.length + 66_666_668);
  });

  test('of more than 134,217,728 units are refused', () => {
    const text = 'x'.repeat(70_000_000);
    expect(() => encode({ a: [text, text] })).toThrow('a.1: it is too large');
    expect(() => encode(new Map([['a', text], ['b', text]]))).toThrow('too large'); // prettier-ignore
  });

  test.each<[string, unknown, RegExp]>([
    ['a list of nothing but holes', [new Array(2 ** 32 - 1)], /^0\.\d+: it is too large$/],
    ['a text that is the whole value', 'x'.repeat(140_000_000), /^\(the whole value\): it is too large$/],
    ['bytes that are the whole value', new Uint8Array(110_000_000), /^\(the whole value\): it is too large$/],
  ])('%s is refused before it fills the memory', (_name, value, path) => {
    expect(() => encode(value)).toThrow(path);
  });

  test('a large value that many lists of a set share is refused before it fills the memory', () => {
    const shared = ['x'.repeat(15_000)];
    const many = Array.from({ length: 200_000 }, () => [shared]);
    expect(() => encode(new Set(many))).toThrow('too large');
  });

  test('50,000 lone surrogates in one text have a key', () => {
    expect(digester()(encode('\ud800x'.repeat(50_000)))).toMatch(/^[0-9a-f]{64}$/);
  });

  test('what is set aside on the way is neither lost nor moved', () => {
    const words = Array.from({ length: 20_000 }, (_, i) => `word ${i}`);
    const expected = words.map((word) => `s${word.length}:${word}`);
    expect(encode(words)).toBe(`a${expected.join('')}e`);
    expect(encode(new Set(words))).toBe(`S${[...expected].sort().join('')}e`);
    const pairs = words.map((word) => [word, [word]] as const);
    const members = [...words].sort().map((word) => `${word.length}:${word}as${word.length}:${word}e`);
    expect(encode(Object.fromEntries(pairs))).toBe(`o${members.join('')}e`);
    const entries = expected.map((text) => `${text}a${text}e`).sort();
    expect(encode(new Map(pairs))).toBe(`m${entries.join('')}e`);
  });
});

describe('shared members', () => {
  test('count wherever they are', () => {
    const shared = { a: [1] };
    expect(encode([shared, { b: shared }])).toBe(encode([{ a: [1] }, { b: { a: [1] } }]));
  });

  test.each<[string, (inner: unknown) => unknown]>([
    ['lists', (inner) => [inner, inner]],
    ['objects', (inner) => ({ a: inner, b: inner })],
    ['maps', (inner) => new Map([['a', inner], ['b', inner]])], // prettier-ignore
    ['sets of lists', (inner) => new Set([[inner], [inner]])],
  ])('that double 60 times, in %s, are refused', (_name, wrap) => {
    expect(() => encode(nested(60, wrap, 'x'.repeat(1_000)))).toThrow('too large');
  });

  test('that double 60 times and hold next to nothing are refused', () => {
    expect(() => encode(nested(60, (inner) => new Map([['a', inner], ['b', inner]])))).toThrow('too large'); // prettier-ignore
  });
});

describe('work grows no faster than the value', () => {
  const rows = (count: number) => Array.from({ length: count }, (_, i) => ({ id: i, tags: [i, { n: i }] }));

  test.each<[string, (size: number) => object]>([
    ['a list of numbers', (size) => Array.from({ length: size }, (_, i) => i)],
    [
      'an object of numbers',
      (size) => Object.fromEntries(Array.from({ length: size }, (_, i) => [`m${i}`, i])),
    ],
    ['a list of rows', rows],
    ['a chain of objects', (size) => nested(size / 2, (inner) => ({ inner, n: 1 })) as object],
  ])('%s of twice the size takes twice the reads', (_name, make) => {
    const [one, two] = [readsOf(make(400)), readsOf(make(800))];
    expect(one).toBeGreaterThan(100);
    expect(two).toBeLessThanOrEqual(2 * one + 10);
  });

  test('the text of twice the value is twice as long', () => {
    const [one, two] = [encode(rows(1_000)).length, encode(rows(2_000)).length];
    expect(two / one).toBeLessThan(2.1);
  });
});
