/** Two tables: what must not share a key, and what must. */
import { runInNewContext } from 'node:vm';
import { RawValue } from '@temporalio/common';
import { encode } from '../../../src/key/canonical';
import { hashed } from '../../../src/key/hashed';

class Cents {
  constructor(private readonly amount: number) {}
  toJSON() {
    return this.amount;
  }
}
class Euros extends Cents {}
class Amounts extends Array {
  unit = 'EUR';
  toJSON() {
    return [this.unit, ...this];
  }
}

const raw = (encoding: string, data: string, messageType?: string) =>
  RawValue.fromPayload({
    metadata: {
      encoding: Buffer.from(encoding),
      ...(messageType !== undefined && { messageType: Buffer.from(messageType) }),
    },
    data: Buffer.from(data),
  });

const x = { deep: [1] };

describe('no two of these share a key', () => {
  test.each<[string, unknown, unknown]>([
    // Wrong hits that other systems have, or had.
    ['[[1],[2]] and [[1,2]] (Flyte 2, local)', [[1], [2]], [[1, 2]]],
    ['objects whose texts run together (ZenML)', { a: 'x', b: 'yb' }, { a: 'xby', b: '' }],
    ['texts that share a sum of letters (cacheable)', 'Ab', 'BA'],
    ['a quote inside a text (ohash)', { a: 'x', b: 'y"' }, { a: 'x', b: 'y' }],
    ['a text that closes its quotes (ohash)', { a: 'x",b:"y' }, { a: 'x', b: 'y' }],
    ['a number and its text', 1, '1'],
    ['lists in another order (node-object-hash)', [1, 2], [2, 1]],
    ['x=1 and x=5 (FlowyML)', [{ x: 1 }], [{ x: 5 }]],
    ['a second argument (p-memoize)', [1, 2], [1, 5]],
    // The same for this encoding.
    ['undefined and null', [undefined], [null]],
    ['undefined and nothing', [undefined], []],
    ['false and 0', false, 0],
    ['false and ""', false, ''],
    ['null and 0', null, 0],
    ['null and "null"', null, 'null'],
    ['a number and a bigint', 1, 1n],
    ['a bigint and its negative', 1n, -1n],
    ['NaN and null', NaN, null],
    ['Infinity and -Infinity', Infinity, -Infinity],
    ['1e999 and the largest number', Infinity, Number.MAX_VALUE],
    ['neighbouring numbers', 0.1, 0.1 + Number.EPSILON / 8],
    ['neighbouring large integers', 2 ** 53, 2 ** 53 - 1],
    ['a text that looks like an encoded one', 's1:a', 'a'],
    ['a list in a list', [[]], []],
    ['an empty list and an empty object', [], {}],
    ['a list and the object with its indexes', ['a'], { 0: 'a' }],
    ['a missing member and a null one', {}, { a: null }],
    ['a member name and a value', { a: 'b' }, { b: 'a' }],
    ['a colon in a name', { '1:a': 1 }, { a: 1 }],
    ['a member of one object, or of the one in it', { a: { b: 1 }, c: 2 }, { a: { b: 1, c: 2 } }],
    ['composed and decomposed é', 'é', 'e\u0301'],
    ['two lone surrogates', '\ud800', '\ud801'],
    ['a lone surrogate and the replacement character', '\ud800', '\ufffd'],
    ['a zero byte and nothing', 'a\0', 'a'],
    ['bytes and their text', Buffer.from('hi'), 'hi'],
    ['bytes and the list of them', new Uint8Array([1]), [1]],
    ['bytes and as many zeros', new Uint8Array(2), new Uint8Array(3)],
    ['the same bytes as other numbers', new Uint8Array(4), new Uint32Array(1)],
    ['the same bytes, clamped', new Uint8Array(1), new Uint8ClampedArray(1)],
    ['the same bytes, signed', new Int8Array(1), new Uint8Array(1)],
    ['a DataView and bytes', new DataView(new ArrayBuffer(1)), new Uint8Array(1)],
    ['a date and its number', new Date(5), 5],
    ['a date and its text', new Date(0), new Date(0).toJSON()],
    ['dates a millisecond apart', new Date(0), new Date(1)],
    ['no date and the first', new Date(NaN), new Date(0)],
    ['a map and an object', new Map([['a', 1]]), { a: 1 }],
    ['a map and its entries', new Map([['a', 1]]), [['a', 1]]],
    ['a map with keys and values swapped', new Map([['a', 'b']]), new Map([['b', 'a']])],
    ['a map by number and by text', new Map([[1, 0]]), new Map([['1', 0]])],
    ['a map with one value more', new Map([['a', undefined]]), new Map()],
    ['a set and a list', new Set([1]), [1]],
    ['a set and a map to itself', new Set([1]), new Map([[1, 1]])],
    ['a set of two equal objects and of one', new Set([{ a: 1 }, { a: 1 }]), new Set([{ a: 1 }])],
    ['an instance and its JSON', new Cents(5), 5],
    ['instances of two classes', new Cents(5), new Euros(5)],
    ['a date and an instance of a class of dates', new Date(0), new (class Day extends Date {})(0)],
    ['lists and an instance of a class of lists', [1], Amounts.of(1)],
    ['a URL and its text', new URL('http://a/'), 'http://a/'],
    ['a digest and its text', hashed(1, 'abc'), 'abc'],
    ['two digests', hashed(1, 'abc'), hashed(1, 'abd')],
    ['a digest with a third member', hashed(1, 'abc'), { ...hashed(1, 'abc'), more: 1 }],
    ['a digest with a third member, the last by name', hashed(1, 'abc'), { ...hashed(1, 'abc'), zone: 1 }],
    ['a digest that is no text', { $cacheHash: 1, value: 1 }, { $cacheHash: '1', value: 1 }],
    ['a digest without value', { $cacheHash: 'abc' }, hashed(1, 'abc')],
    ['raw values of other data', raw('json/plain', '1'), raw('json/plain', '2')],
    ['raw values of other encoding', raw('json/plain', '1'), raw('binary/plain', '1')],
    ['raw values of other message types', raw('json/protobuf', '1', 'A'), raw('json/protobuf', '1', 'B')],
    ['a raw value whose fields run together', raw('a', 'b', 'c'), raw('a', 'bc', '')],
    ['raw values of other metadata than type', raw('a', 'b'), RawValue.fromPayload({ ...raw('a', 'b').payload, metadata: { ...raw('a', 'b').payload.metadata, note: Buffer.from('x') } })], // prettier-ignore
    ['a raw value and its bytes', raw('binary/plain', '1'), Buffer.from('1')],
  ])('%s', (_name, one, other) => {
    expect(encode(one)).not.toBe(encode(other));
    expect(encode([one])).not.toBe(encode([other]));
    expect(encode({ in: one })).not.toBe(encode({ in: other }));
  });
});

describe('each of these pairs shares a key', () => {
  test.each<[string, unknown, unknown]>([
    ['-0 and 0', -0, 0],
    ['NaN and NaN', NaN, 0 / 0],
    ['members in another order', { a: 1, b: { c: 1, d: 2 } }, { b: { d: 2, c: 1 }, a: 1 }],
    ['an undefined member and none', { a: 1, b: undefined }, { a: 1 }],
    ['an undefined member deep inside', [{ a: { b: undefined } }], [{ a: {} }]],
    ['a hole and undefined', new Array(1), [undefined]],
    ['a Buffer and a Uint8Array', Buffer.from([1, 2]), new Uint8Array([1, 2])],
    ['bytes and a view in the middle', new Uint8Array([2]), new Uint8Array([1, 2, 3]).subarray(1, 2)],
    ['other views, in the middle', new Uint16Array([2]), new Uint16Array([1, 2, 3]).subarray(1, 2)],
    ['a map filled in another order', new Map([['a', 1], ['b', 2]]), new Map([['b', 2], ['a', 1]])], // prettier-ignore
    ['a set filled in another order', new Set([{ a: 1 }, 2]), new Set([2, { a: 1 }])],
    ['an object without prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    ['an object of another realm', runInNewContext('({ a: [1, new Map([[1, new Date(0)]])] })'), { a: [1, new Map([[1, new Date(0)]])] }], // prettier-ignore
    ['one object twice and two equal ones', [x, x], [{ deep: [1] }, { deep: [1] }]],
    ['a getter and its value', { get a() { return 1; } }, { a: 1 }], // prettier-ignore
    ['one digest of two values', hashed(1, 'abc'), hashed(2, 'abc')],
    ['members with other descriptors', Object.freeze({ a: 1 }), { a: 1 }],
    ['names of symbols, as in JSON', { a: 1, [Symbol('s')]: 1 }, { a: 1 }],
    ['members that are not enumerable, as in JSON', Object.defineProperty({ a: 1 }, 'b', { value: 2 }), { a: 1 }], // prettier-ignore
  ])('%s', (_name, one, other) => {
    expect(encode(one)).toBe(encode(other));
    expect(encode([one])).toBe(encode([other]));
  });
});
