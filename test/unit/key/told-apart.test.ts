/** What an Activity can tell apart, whichever payload converter made it, does not share a key. */
import { runInNewContext } from 'node:vm';
import { RawValue } from '@temporalio/common';
import { DefaultPayloadConverterWithProtobufs } from '@temporalio/common/lib/protobufs';
import fc from 'fast-check';
import * as protobuf from 'protobufjs';
import { encode } from '../../../src/key/canonical';
import { cached } from 'temporal-activity-cache';
import { MockWorker } from '../../helpers/mock';

const { root } = protobuf.parse(`
  syntax = "proto3";
  package billing;
  message Request { string customer = 1; Address to = 2; message Address { string street = 1; } }
`);
protobuf.parse('syntax = "proto3"; package shipping; message Request { string customer = 1; }', root);
protobuf.parse('syntax = "proto3"; message Request { string customer = 1; }', root);

const converter = new DefaultPayloadConverterWithProtobufs({ protobufRoot: root as never });

/** A message as a Worker hands it to an Activity. */
const message = (type: string, fields: object): any =>
  converter.fromPayload(converter.toPayload(root.lookupType(type).create(fields)));

const raw = (metadata: Record<string, string>, data = '1') =>
  RawValue.fromPayload({
    metadata: Object.fromEntries(
      Object.entries(metadata).map(([name, text]) => [name, Buffer.from(text)] as const),
    ),
    data: Buffer.from(data),
  });

class Request {
  constructor(readonly customer: string) {}
  toJSON() {
    return { customer: this.customer };
  }
}
class Embedding extends Float32Array {
  constructor(
    items: number[],
    readonly model: string,
  ) {
    super(items);
  }
}
class Page extends Uint8Array {
  readonly number = 1;
}
const Block: any = class Block extends (DataView as any) {};
class Tagged extends Uint8Array {
  tag = 'a';
  toJSON() {
    return { tag: this.tag, bytes: [...this] };
  }
}

const ann = { customer: 'ann' };

describe('no two of these share a key', () => {
  test.each<[string, unknown, unknown]>([
    ['messages of two packages', message('billing.Request', ann), message('shipping.Request', ann)],
    ['a message of a package and one of none', message('billing.Request', ann), message('Request', ann)],
    ['a message and an instance of a class of its name', message('Request', ann), new Request('ann')],
    ['a message and plain data', message('Request', ann), ann],
    ['messages of other fields', message('Request', ann), message('Request', { customer: 'bob' })],
    [
      'messages that hold other messages',
      message('billing.Request', { to: { street: 'a' } }),
      message('billing.Request', { to: { street: 'b' } }),
    ],
    [
      'raw values of two schemas',
      raw({ encoding: 'avro/binary', schema: 'v1' }),
      raw({ encoding: 'avro/binary', schema: 'v2' }),
    ],
    ['a raw value with metadata and without', raw({ encoding: 'a', note: '' }), raw({ encoding: 'a' })],
    ['raw values whose metadata run together', raw({ a: 'b', c: 'd' }), raw({ a: 'bc', d: '' })],
    ['raw values of no data and of one byte', raw({ encoding: 'a' }, ''), raw({ encoding: 'a' }, '\0')],
    ['raw values of metadata that are ours in name only', raw({ 'activity-caches': 'a' }), raw({})],
    ['bytes and an instance of a class of bytes', new Uint8Array([1]), Tagged.of(1)],
  ])('%s', (_name, one, other) => {
    expect(encode(one)).not.toBe(encode(other));
    expect(encode([one])).not.toBe(encode([other]));
  });
});

describe('each of these pairs shares a key', () => {
  test.each<[string, unknown, unknown]>([
    ['one message, sent twice', message('Request', ann), message('Request', ann)],
    ['metadata in another order', raw({ a: '1', b: '2' }), raw({ b: '2', a: '1' })],
    [
      'a raw value and the same one with the label of a cached call',
      raw({ encoding: 'a' }),
      raw({ encoding: 'a', 'activity-cache': '{"v":1}' }),
    ],
    ['bytes of another realm', runInNewContext('new Uint8Array([1])'), new Uint8Array([1])],
    ['a view of another realm', runInNewContext('new DataView(new ArrayBuffer(1))'), new DataView(new ArrayBuffer(1))], // prettier-ignore
  ])('%s', (_name, one, other) => {
    expect(encode(one)).toBe(encode(other));
  });

  test('a message whose class says its full name with a dot before it, and without', () => {
    const withName = (fullName: string) => {
      class Request {
        toJSON = () => ann;
      }
      return Object.assign(new Request(), { $type: { fullName, encode: () => undefined } });
    };
    expect(encode(withName('.billing.Request'))).toBe(encode(withName('billing.Request')));
    expect(encode(withName('billing.Request'))).toBe(encode(message('billing.Request', ann)));
  });
});

describe('what extends a view of memory may hold more than can be seen', () => {
  test.each<[string, unknown]>([
    ['an instance of Embedding', new Embedding([1], 'small')],
    ['an instance of Page', new Page(1)],
    ['an instance of Block', new Block(new ArrayBuffer(1))],
  ])('%s', (name, value) => {
    expect(() => encode([value])).toThrow(`0: ${name} may hold more than can be seen: give it a toJSON()`);
  });
});

test('of values that JSON tells apart none share a key', () => {
  let unlike = 0;
  const leaf = fc.oneof(fc.constantFrom(null, true, false, 0, 1, '', '0', 'a'), fc.double({ noNaN: true }));
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie('value'), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom('a', 'b', '0', '__proto__', '$cacheHash', 'value'), tie('value')),
    ),
  }));
  /** JSON with members in one order; two texts beside `$cacheHash` and `value` are one by design. */
  const sorted = (one: unknown): string =>
    JSON.stringify(one, (_name, member: unknown) => {
      if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
      const entries = Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1));
      const [first, second, ...more] = entries;
      const byReference = first?.[0] === '$cacheHash' && second?.[0] === 'value' && more.length === 0;
      return byReference && typeof first[1] === 'string' ? ['digest', first[1]] : ['object', ...entries];
    });
  const property = fc.property(value, value, (one, other) => {
    const [a, b] = [JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other))];
    const same = sorted(a) === sorted(b);
    if (!same) unlike++;
    expect(encode(a) === encode(b)).toBe(same);
  });
  fc.assert(property, { numRuns: 3_000 });
  expect(unlike).toBeGreaterThan(1_000);
});

test('an Activity that looks at the type of its message, or at the metadata of a RawValue, gets its own answer', async () => {
  const type = cached('auto', async (m: { $type: { fullName: string } }) => m.$type.fullName);
  const schema = cached('auto', async (m: RawValue) => Buffer.from(m.payload.metadata!.schema!).toString());
  const worker = new MockWorker({ type, schema });
  expect(await worker.call('type', message('billing.Request', ann))).toMatch(/billing\.Request$/);
  expect(await worker.call('type', message('shipping.Request', ann))).toMatch(/shipping\.Request$/);
  expect(await worker.call('schema', raw({ encoding: 'avro/binary', schema: 'v1' }))).toBe('v1');
  expect(await worker.call('schema', raw({ encoding: 'avro/binary', schema: 'v2' }))).toBe('v2');
  expect(await worker.call('schema', raw({ encoding: 'avro/binary', schema: 'v2' }))).toBe('v2');
  expect(worker.statuses).toEqual(['stored new', 'stored new', 'stored new', 'stored new', 'hit']);
});
