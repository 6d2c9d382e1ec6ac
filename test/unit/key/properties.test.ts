/** What holds of every value: random ones, and random pairs of them. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { encode } from '../../../src/key/canonical';
import { hashed } from '../../../src/key/hashed';
import { readBack } from './read-back';

const RUNS = { numRuns: 3_000 };

/** Few leaves and few names, so that pairs are often equal, or almost. */
const leaf = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, true, false, 0, -0, 1, NaN, 1n, '', 'a', '1', 'e'),
  fc.integer({ min: -2, max: 12 }),
  fc.bigInt({ min: -2n, max: 12n }),
  fc.string({ maxLength: 2 }),
  fc.uint8Array({ maxLength: 3 }),
  fc.date({ noInvalidDate: true }),
);
const name = fc.oneof(fc.constantFrom('a', 'b', '', '1', '10', 'e', '__proto__', 'toString', 'é', '\ud800'));
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => new Set(items)),
  ),
}));
/** Everything that a program may hold, large numbers and long texts too. */
const anything = fc.oneof(
  value,
  fc.double(),
  fc.bigInt(),
  fc.string({ unit: 'binary' }),
  fc.jsonValue(),
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withSparseArray: true }),
);

/** `value` as what counts of it: no undefined members, no -0, no holes, no prototypes, members by name. */
function normal(value: unknown): unknown {
  if (value === 0) return 0;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Array.from(value, normal);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [normal(key), normal(item)]));
  if (value instanceof Set) return new Set([...value].map(normal));
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'no date' : value;
  if (ArrayBuffer.isView(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, normal(member)]));
}

/** The same, built in another order. */
function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed);
  if (value instanceof Map) {
    const entries = [...value].map(([key, item]): [unknown, unknown] => [reversed(key), reversed(item)]);
    return new Map(entries.reverse());
  }
  if (value instanceof Set) return new Set([...value].map(reversed).reverse());
  if (value instanceof Date || ArrayBuffer.isView(value)) return value;
  const members = Object.entries(value).map(([key, member]) => [key, reversed(member)] as const);
  return Object.fromEntries(members.reverse());
}

describe('two values', () => {
  test('share a key exactly when they are deeply equal', () => {
    let equal = 0;
    const property = fc.property(value, value, (one, other) => {
      const same = isDeepStrictEqual(normal(one), normal(other));
      if (same) equal++;
      expect(encode(one) === encode(other)).toBe(same);
    });
    fc.assert(property, RUNS);
    expect(equal).toBeGreaterThan(RUNS.numRuns / 500); // else the property says nothing of equal ones
  });

  test('share no beginning: no text begins with that of another value', () => {
    const property = fc.property(value, value, (one, other) => {
      const [text, another] = [encode(one), encode(other)];
      expect(text !== another && text.startsWith(another)).toBe(false);
    });
    fc.assert(property, RUNS);
  });

  test('as arguments, share a key only when there are as many of them, each equal', () => {
    const args = fc.array(value, { maxLength: 4 });
    const property = fc.property(args, args, (one, other) => {
      const same = isDeepStrictEqual(normal(one), normal(other));
      expect(encode(one) === encode(other)).toBe(same);
    });
    fc.assert(property, RUNS);
  });
});

describe('one value', () => {
  test('can be read back from its text', () => {
    const property = fc.property(value, (one) => {
      expect(isDeepStrictEqual(normal(readBack(encode(one))), normal(one))).toBe(true);
    });
    fc.assert(property, RUNS);
  });

  test('has one text, in whatever order it was built', () => {
    const property = fc.property(value, (one) => {
      expect(encode(reversed(one))).toBe(encode(one));
    });
    fc.assert(property, RUNS);
  });

  test('has one text, however often it is asked for, and is not changed', () => {
    const property = fc.property(anything, (one) => {
      const before = normal(one);
      expect(encode(one)).toBe(encode(one));
      expect(isDeepStrictEqual(normal(one), before)).toBe(true);
    });
    fc.assert(property, RUNS);
  });

  test('keeps its text on a way through JSON, when JSON can hold it', () => {
    const property = fc.property(fc.jsonValue(), (one) => {
      expect(encode(JSON.parse(JSON.stringify(one)))).toBe(encode(one));
    });
    fc.assert(property, RUNS);
  });

  test('keeps its text on a way through a structured clone', () => {
    const property = fc.property(value, (one) => {
      expect(encode(structuredClone(one))).toBe(encode(one));
    });
    fc.assert(property, RUNS);
  });

  test('stands behind its digest, whatever it is', () => {
    const property = fc.property(anything, fc.string(), (one, digest) => {
      fc.pre(one !== undefined);
      expect(encode(hashed(one, digest))).toBe(encode(hashed(0, digest)));
      expect(encode(hashed(one, digest))).not.toBe(encode(digest));
    });
    fc.assert(property, RUNS);
  });
});
