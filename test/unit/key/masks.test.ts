/** What is left out of the key, or stands in it as a digest; and nothing else with it. */
import type { CacheOptions } from '../../../src/options/cache-options';
import type { AnyFunction } from '../../../src/policy/resolve';
import { functionOf, identify, keyOf, policyOf } from '../call';

const train = functionOf('async (data, params, experimentName) => data');
const rest = functionOf('async (first, ...others) => first');

class Settings {
  constructor(
    readonly depth: number,
    readonly traceId: string,
  ) {}
  toJSON() {
    return { ...this };
  }
}

type Row = [name: string, options: CacheOptions, fn: AnyFunction, one: unknown[], other: unknown[]];
const opts = (traceId: string, more = {}) => [{ id: 1 }, { traceId, depth: 8, ...more }];

describe('what is ignored does not count', () => {
  test.each<Row>([
    ['by name', { ignoredInputs: 'experimentName' }, train, [1, 2, 'a'], [1, 2, 'b']],
    ['by index', { ignoredInputs: 2 }, train, [1, 2, 'a'], [1, 2, 'b']],
    ['by index, as text', { ignoredInputs: '2' }, train, [1, 2, 'a'], [1, 2, 'b']],
    ['in the middle', { ignoredInputs: 'params' }, train, [1, 2, 'a'], [1, 3, 'a']],
    ['the first', { ignoredInputs: 0 }, train, [1, 2, 'a'], [{ other: 1 }, 2, 'a']],
    ['several', { ignoredInputs: ['data', 2] }, train, [1, 2, 'a'], [2, 2, 'b']],
    ['a member', { ignoredInputs: 'params.traceId' }, train, opts('a'), opts('b')],
    ['a member, by index', { ignoredInputs: '1.traceId' }, train, opts('a'), opts('b')],
    [
      'a member that is missing',
      { ignoredInputs: 'params.traceId' },
      train,
      opts('a'),
      [{ id: 1 }, { depth: 8 }],
    ],
    [
      'a member deep inside',
      { ignoredInputs: '0.a.b.0' },
      train,
      [{ a: { b: [1, 2] } }],
      [{ a: { b: [9, 2] } }],
    ],
    [
      'a member with a number as name',
      { ignoredInputs: 'data.1' },
      train,
      [{ 1: 'a', 2: 'b' }],
      [{ 1: 'c', 2: 'b' }],
    ],
    ['a member __proto__', { ignoredInputs: 'data.__proto__' }, train, [JSON.parse('{"__proto__":1}')], [{}]],
    [
      'a member of an instance',
      { ignoredInputs: 'data.traceId' },
      train,
      [new Settings(1, 'a')],
      [new Settings(1, 'b')],
    ],
    ['at the end, not given', { ignoredInputs: 'experimentName' }, train, [1, 2], [1, 2, 'b']],
    ['at the end of a list', { ignoredInputs: 'data.1' }, train, [[1]], [[1, 2]]],
    ['all at the end, not given', { ignoredInputs: [1, 2] }, train, [1], [1, 2, 'b']],
    ['what cannot be keyed', { ignoredInputs: 'data' }, train, [() => 1], [Symbol('s')]],
    ['a member that cannot be keyed', { ignoredInputs: 'data.log' }, train, [{ log: console.log }], [{}]],
    ['a rest parameter, whole', { ignoredInputs: 'others' }, rest, [1, 2, 3], [1, 4, 5, 6]],
    ['a rest parameter, not given', { ignoredInputs: 'others' }, rest, [1], [1, 4]],
    ['an item of a rest parameter', { ignoredInputs: 'others.1' }, rest, [1, 2, 3, 4], [1, 2, 9, 4]],
    ['a member in a rest parameter', { ignoredInputs: 'others.0.id' }, rest, [1, { id: 1 }], [1, { id: 2 }]],
    ['beyond the parameters', { ignoredInputs: 3 }, train, [1, 2, 3, 4], [1, 2, 3, 5]],
    [
      'by a name given for minified code',
      { ignoredInputs: 'b', parameters: ['a', 'b'] },
      functionOf('(t,e)=>t'),
      [1, 2],
      [1, 3],
    ],
    ['of a default', { ignoredInputs: 'b' }, functionOf('(a, b = 1) => a'), [1, 2], [1, 3]],
    [
      'of a destructured parameter',
      { ignoredInputs: '0.b' },
      functionOf('({ a, b }, [c]) => a'),
      [{ a: 1, b: 1 }],
      [{ a: 1, b: 2 }],
    ],
  ])('%s', async (_name, options, fn, one, other) => {
    expect(await keyOf(options, one, { fn })).toBe(await keyOf(options, other, { fn }));
  });
});

describe('what is not ignored counts', () => {
  test.each<Row>([
    ['beside a name', { ignoredInputs: 'experimentName' }, train, [1, 2, 'a'], [1, 3, 'a']],
    ['beside an index', { ignoredInputs: 0 }, train, [1, 2], [1, 3]],
    [
      'beside a member',
      { ignoredInputs: 'params.traceId' },
      train,
      opts('a', { depth: 8 }),
      opts('a', { depth: 9 }),
    ],
    [
      'a member of that name elsewhere',
      { ignoredInputs: 'params.id' },
      train,
      [{ id: 1 }, {}],
      [{ id: 2 }, {}],
    ],
    [
      'a member of that name deeper',
      { ignoredInputs: 'data.id' },
      train,
      [{ a: { id: 1 } }],
      [{ a: { id: 2 } }],
    ],
    ['what is there instead of the object', { ignoredInputs: 'data.id' }, train, [{ id: 1 }], [null]],
    ['an undefined argument before one ignored', { ignoredInputs: 'params' }, train, [undefined, 1], []],
    ['how many come before what is ignored', { ignoredInputs: 'data' }, train, [1, 2], [1, 2, undefined]],
    ['the place of what is ignored', { ignoredInputs: 'data' }, train, [1, 2], [2]],
    ['before a rest parameter', { ignoredInputs: 'others' }, rest, [1, 2], [2, 2]],
    ['beside an item of a rest parameter', { ignoredInputs: 'others.0' }, rest, [1, 2, 3], [1, 2, 4]],
    // An index means an argument: of (...args) => f(...args), 0 is the first, not all of them.
    ['beside an index at a rest parameter', { ignoredInputs: 1 }, rest, [1, 2, 3], [1, 2, 4]],
    [
      'beside an index of a wrapper',
      { ignoredInputs: 0 },
      functionOf('(...args) => f(...args)'),
      ['ctx', 1],
      ['ctx', 2],
    ],
    [
      'a member of another instance',
      { ignoredInputs: 'data.traceId' },
      train,
      [new Settings(1, 'a')],
      [new Settings(2, 'a')],
    ],
  ])('%s', async (_name, options, fn, one, other) => {
    expect(await keyOf(options, one, { fn })).not.toBe(await keyOf(options, other, { fn }));
  });

  test('and where nothing is ignored, everything does', async () => {
    expect(policyOf({}, train).mask).toBeUndefined();
    expect(policyOf({ ignoredInputs: [] }, train).mask).toBeUndefined();
  });
});

describe('hashInputs', () => {
  const path = (value: { path: string }) => value.path;

  test.each<Row>([
    ['by name', { hashInputs: { data: path } }, train, [{ path: 'a', n: 1 }], [{ path: 'a', n: 2 }]],
    ['by index', { hashInputs: { 0: path } }, train, [{ path: 'a', n: 1 }], [{ path: 'a', n: 2 }]],
    [
      'by path',
      { hashInputs: { 'data.file': path } },
      train,
      [{ file: { path: 'a', n: 1 } }],
      [{ file: { path: 'a' } }],
    ],
    [
      'of an item of a rest parameter',
      { hashInputs: { 'others.1': path } },
      rest,
      [1, 2, { path: 'a', n: 1 }],
      [1, 2, { path: 'a' }],
    ],
    ['of what cannot be keyed', { hashInputs: { data: () => 'fixed' } }, train, [() => 1], [Symbol()]],
    [
      'of undefined: it stays what it is',
      { hashInputs: { params: path } },
      train,
      [1, undefined],
      [1, undefined],
    ],
  ])('one text stands for the value: %s', async (_name, options, fn, one, other) => {
    expect(await keyOf(options, one, { fn })).toBe(await keyOf(options, other, { fn }));
  });

  test('another text is another key, and so are undefined and no argument', async () => {
    const options = { hashInputs: { data: path } };
    const keys = await Promise.all(
      [[{ path: 'a' }], [{ path: 'b' }], [{ path: '' }], [undefined], []].map((args) =>
        keyOf(options, args, { fn: train }),
      ),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('a digest differs from the value that is the same text', async () => {
    const hashedKey = await keyOf({ hashInputs: { data: () => 'abc' }, version: '1' }, [1], { fn: train });
    expect(hashedKey).not.toBe(await keyOf({ version: '1' }, ['abc'], { fn: train }));
  });

  test('is given the value of its place, once', async () => {
    const given: unknown[] = [];
    const see = (value: unknown) => (given.push(value), 'x');
    await keyOf({ hashInputs: { 'params.a': see, data: see } }, [[1], { a: null }], { fn: train });
    expect(given).toEqual([[1], null]);
  });

  test.each<[string, (value: any) => any]>([
    ['throws', () => { throw new Error('secret value'); }], // prettier-ignore
    ['answers a number', () => 5],
    ['answers nothing', () => undefined],
    ['answers a promise', async () => 'x'],
  ])('that %s leaves the call without a key', async (_name, hash) => {
    const identity = await identify({ hashInputs: { data: hash } }, [1], { fn: train });
    expect(identity).toMatchObject({ reason: 'policy-error', detail: "hashInputs['data'] threw" });
  });

  test('of a whole rest parameter is refused: there is no one value', () => {
    expect(() => policyOf({ hashInputs: { others: () => 'x' } }, rest)).toThrow(
      `'others' is a rest parameter: name its items, like 'others.0'`,
    );
  });

  test('with an unknown name is refused', () => {
    expect(() => policyOf({ hashInputs: { dta: () => 'x' } }, train)).toThrow(
      "there is no parameter 'dta'. Its parameters: data, params, experimentName",
    );
  });
});

describe('unknown names in ignoredInputs are refused', () => {
  test.each<[CacheOptions, AnyFunction, string]>([
    [{ ignoredInputs: 'experimentname' }, train, 'Its parameters: data, params, experimentName'],
    [{ ignoredInputs: ['data', 'x', 'y.z'] }, train, "no parameter 'x', 'y.z'"],
    [{ ignoredInputs: '' }, train, "no parameter ''"],
    [{ ignoredInputs: 'a' }, functionOf('({ a }, b) => a'), 'Its parameters: (index 0), b'],
    [{ ignoredInputs: 'a' }, functionOf('() => 1'), 'It has no parameters'],
    [{ ignoredInputs: 'a', version: '1' }, (() => 1).bind(null), "name the 'parameters', or use indexes"],
    [{ ignoredInputs: 'others.id' }, rest, "no parameter 'others.id'"],
    [{ ignoredInputs: 'data', parameters: ['a'] }, train, 'Its parameters: a'],
  ])('%j', (options, fn, message) => {
    expect(() => policyOf(options, fn)).toThrow(message);
  });

  test('but not indexes, where the source cannot be read', () => {
    const bound = (() => 1).bind(null);
    expect(policyOf({ version: '1', ignoredInputs: [0, '1.a'] }, bound).mask?.member(0)?.ignored).toBe(true);
  });
});
