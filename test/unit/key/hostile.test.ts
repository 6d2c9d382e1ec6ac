/** Values that cannot be keyed are refused, naming where they are; no value breaks the encoder. */
import { RawValue } from '@temporalio/common';
import { encode } from '../../../src/key/canonical';
import { Unkeyable } from '../../../src/key/unkeyable';

function refused(value: unknown): Unkeyable {
  try {
    encode(value);
  } catch (error) {
    expect(error).toBeInstanceOf(Unkeyable);
    return error as Unkeyable;
  }
  throw new Error('it was encoded');
}

const throwing = (error: unknown = new Error('secret value')) => ({
  get a() {
    throw error;
  },
});

class Private {
  #state: number;
  constructor(state: number) {
    this.#state = state;
  }
  get state() {
    return this.#state;
  }
}

class Bare extends null {}

const cycle: any = { a: [] };
cycle.a.push(cycle);
const ring: unknown[] = [];
ring.push(ring);
const circularMap = new Map();
circularMap.set('a', [circularMap]);
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const rejects = (trap: keyof ProxyHandler<object>, target: object = { a: 1 }) =>
  new Proxy(target, {
    [trap]: () => {
      throw new Error('trap');
    },
  });

describe('what has no value to compare is refused, naming its path', () => {
  test.each<[string, unknown, string]>([
    ['a function', [{ a: () => 1 }], '0.a: a function has no value to compare'],
    ['a class', [Private], '0: a function has no value to compare'],
    ['a symbol', { a: [1, Symbol('s')] }, 'a.1: a symbol has no value to compare'],
    ['a plain object with a toJSON of its own', { a: { toJSON: () => 1 } }, 'a.toJSON: a function'],
    ['a list in itself', [ring], '0.0: it contains itself'],
    ['an object in itself', [cycle], '0.a.0: it contains itself'],
    ['a map in itself', [circularMap], '0.0.0: it contains itself'],
    [
      'an instance with private state',
      [1, { p: new Private(1) }],
      '1.p: an instance of Private may hold more',
    ],
    [
      'a list that is more than a list',
      [class Vector extends Array {}.of(1)],
      '0: an instance of Vector may hold more',
    ],
    [
      'a map that is more than a map',
      [new (class Registry extends Map {})()],
      '0: an instance of Registry may hold more',
    ],
    [
      'a set that is more than a set',
      [new (class Bag extends Set {})()],
      '0: an instance of Bag may hold more',
    ],
    ['an error', { e: new Error('secret') }, 'e: an instance of Error may hold more'],
    ['a promise', [Promise.resolve(1)], '0: an instance of Promise may hold more'],
    ['a generator', [[].values()], '0: an instance of Object may hold more'],
    ['a regular expression', [/a/], '0: an instance of RegExp may hold more'],
    ['a boxed number', [new Number(1)], '0: an instance of Number may hold more'],
    ['a weak map', [new WeakMap()], '0: an instance of WeakMap may hold more'],
    ['memory without a view', [new ArrayBuffer(1)], '0: an instance of ArrayBuffer may hold more'],
    [
      'an object with another one as prototype',
      [Object.create({ hidden: 1 })],
      '0: an instance of Object may hold more',
    ],
    [
      'an instance of a class that extends null',
      [Reflect.construct(Object, [], Bare)],
      '0: an instance of Bare may hold more',
    ],
    ['an instance of a class without name', [new (class {})()], '0: an object of no known class may hold'],
    ['a function in a map', [new Map([['k', [() => 1]]])], '0.0.0: a function'],
    ['a function in a set', { s: new Set([1, () => 1]) }, 's.1: a function'],
    ['the whole value', () => 1, '(the whole value): a function'],
    ['a name with dots', { 'a.b': { ' ': Symbol() } }, '"a.b"." ": a symbol'],
  ])('%s', (_name, value, message) => {
    expect(refused(value).message.slice(0, message.length)).toBe(message);
  });

  test('and never tells the value itself', () => {
    const secret = 'hunter2';
    for (const value of [
      { a: new Error(secret) },
      { a: Symbol(secret) },
      throwing(new Error(secret)),
      { a: () => secret },
    ])
      expect(refused(value).message).not.toContain(secret);
  });

  test('names the beginning and the end of a path that is too long to show', () => {
    let value: unknown = () => 1;
    for (let i = 40; i > 0; i--) value = { [`m${i}`]: value };
    expect(refused(value).message).toBe(
      'm1.m2.m3.m4.m5.m6.m7.m8.m9.m10.m11.….m40: a function has no value to compare',
    );
    expect(refused({ ['n'.repeat(1_000)]: () => 1 }).message.length).toBeLessThan(120);
  });
});

describe('what throws while it is read is refused', () => {
  test.each<[string, unknown]>([
    ['a getter', throwing()],
    ['a getter that throws no error', throwing(undefined)],
    ['a getter that throws an object that cannot be shown', throwing(Object.create(null))],
    ['a toJSON', new (class A { toJSON() { throw new Error('no'); } })()], // prettier-ignore
    ['a revoked proxy', revoked.proxy],
    ['a proxy that hides its members', rejects('ownKeys')],
    ['a proxy that hides a member', rejects('get')],
    ['a proxy that hides its prototype', rejects('getPrototypeOf')],
    ['a proxy of a list', rejects('get', [1])],
    ['a constructor that throws', Object.defineProperty(new (class A { toJSON() { return 1; } })(), 'constructor', { get() { throw new Error('no'); } })], // prettier-ignore
    ['a raw value without a payload', Object.create(RawValue.prototype)],
  ])('%s', (_name, value) => {
    expect(refused(value).message).toContain('reading it threw');
    const { path } = refused([{ before: { it: [1] } }, value]);
    expect([[1], [1, 'a'], [1, 0], [1, 'toJSON()']]).toContainEqual(path);
  });

  test('and what it threw is the cause', () => {
    const error = new Error('why');
    expect(refused({ a: throwing(error) })).toMatchObject({ path: ['a', 'a'], cause: error });
  });

  test.each<[string, () => unknown]>([
    ['itself', function (this: unknown) { return this; }], // prettier-ignore
    ['another instance, for ever', () => new Endless()],
    ['a function', () => () => 1],
  ])('a toJSON that answers %s', (_name, toJSON) => {
    class Answers {
      toJSON = toJSON;
    }
    expect(refused([new Answers()]).path.slice(0, 2)).toEqual([0, 'toJSON()']);
  });
});

class Endless {
  toJSON() {
    return new Endless();
  }
}

describe('names that mean something to JavaScript are members like others', () => {
  test.each(['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'length', 'then'])(
    '%s',
    (name) => {
      const value = JSON.parse(`{"${name}":{"polluted":1}}`);
      expect(encode(value)).toBe(`o${name.length}:${name}o8:pollutedn1;ee`);
      expect(({} as any).polluted).toBeUndefined();
    },
  );

  test('an inherited member does not count, an own one of that name does', () => {
    const bare = Object.assign(Object.create(null), { toString: 'x' });
    expect(encode(bare)).toBe('o8:toStrings1:xe');
    expect(encode({})).toBe('oe');
  });

  test('a proxy of plain data is that data', () => {
    expect(encode(new Proxy({ a: [1] }, {}))).toBe(encode({ a: [1] }));
    expect(encode(new Proxy([1], {}))).toBe(encode([1]));
  });

  test('a getter is read once', () => {
    let reads = 0;
    const value = {
      get a() {
        return ++reads;
      },
    };
    expect(encode(value)).toBe('o1:an1;e');
    expect(reads).toBe(1);
  });
});
