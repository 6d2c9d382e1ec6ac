/** Entries: read back as they were written, or not at all. */
import type { Payload } from '@temporalio/common';
import fc from 'fast-check';
import { decodeEntry, encodeEntry, type EntryFacts } from '../../src/entry';
import type { StoredEntry } from '../../src/store/store';

const facts: EntryFacts = {
  key: 'a'.repeat(64),
  activityType: 'train',
  version: '1',
  tags: [],
  ticket: 7,
  startedAt: 1_000,
  durationMs: 12.5,
  origin: { workflowId: 'w', runId: 'r', activityId: '1', namespace: 'default', attempt: 2 },
  parts: { version: 'x' },
};
const payload: Payload = {
  metadata: { encoding: Buffer.from('json/plain'), other: Uint8Array.of(0, 255) },
  data: Buffer.from('{"rows":3,"name":"é"}'),
};

const stored = (given = facts, of = payload, secret?: string): StoredEntry => ({
  ticket: given.ticket,
  startedAt: given.startedAt,
  storedAt: 2_000,
  ...encodeEntry(given, of, secret),
});
const read = (found: StoredEntry, secret?: string) => decodeEntry(facts.key, found, secret);
const bytesOf = ({ metadata, data }: Payload) => ({
  metadata: Object.entries(metadata ?? {}).map(([name, bytes]) => [name, [...bytes]]),
  data: [...(data ?? [])],
});

describe('an entry', () => {
  test('is read back as it was written', () => {
    const { payload: decoded, facts: told } = read(stored())!;
    expect(told).toEqual(facts);
    expect(bytesOf(decoded)).toEqual(bytesOf(payload));
    expect(read(stored(facts, payload, 's'), 's')?.facts).toEqual(facts);
  });

  test('of nothing is written and read back, also as the wire leaves it: with an empty list for data', () => {
    const { metadata } = payload;
    for (const data of [undefined, null, [] as unknown as Uint8Array])
      expect(read(stored(facts, { metadata, data }))!.payload.data).toHaveLength(0);
  });

  test('is read back whatever it holds', () => {
    const bytes = fc.uint8Array({ maxLength: 40 });
    const text = fc.string({ unit: 'binary' });
    const names = fc.constantFrom('encoding', '__proto__', 'messageType', 'é', '');
    const property = fc.property(
      fc.record({ metadata: fc.dictionary(names, bytes), data: bytes }),
      fc.record({ activityType: text, version: text, ttlMs: fc.option(fc.nat(), { nil: undefined }) }),
      fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
      (of, more, secret) => {
        const found = read(stored({ ...facts, ...more }, of, secret), secret)!;
        expect(found.facts).toEqual({ ...facts, ...more });
        expect(bytesOf(found.payload)).toEqual(bytesOf(of));
      },
    );
    fc.assert(property, { numRuns: 1_000 });
  });

  test('without metadata or data has none', () => {
    expect(bytesOf(read(stored(facts, {}))!.payload)).toEqual({ metadata: [], data: [] });
    expect(bytesOf(read(stored(facts, { metadata: null, data: null }))!.payload)).toEqual({
      metadata: [],
      data: [],
    });
  });

  test("shares no bytes with its header: the data are the payload's own", () => {
    expect(encodeEntry(facts, payload, undefined).data).toBe(payload.data);
  });
});

describe('nothing is read, and nothing thrown, when', () => {
  const { header, data } = encodeEntry(facts, payload, undefined);
  const found = (change: Partial<Record<keyof StoredEntry, unknown>>) =>
    read({ ...stored(), ...change } as StoredEntry);

  test('any bit of the header is flipped', () => {
    const property = fc.property(fc.nat(header.length - 1), fc.nat(15), (at, bit) => {
      const unit = String.fromCharCode(header.charCodeAt(at) ^ (1 << bit));
      expect(found({ header: header.slice(0, at) + unit + header.slice(at + 1) })).toBeUndefined();
    });
    fc.assert(property, { numRuns: 5_000 });
  });

  test('any bit of the data is flipped', () => {
    for (let at = 0; at < data.length * 8; at++) {
      const other = Uint8Array.from(data);
      other[at >> 3]! ^= 1 << (at & 7);
      expect(found({ data: other })).toBeUndefined();
    }
  });

  test('header or data are cut, anywhere', () => {
    for (let end = 0; end < header.length; end++)
      expect(found({ header: header.slice(0, end) })).toBeUndefined();
    for (let end = 0; end < data.length; end++)
      expect(found({ data: data.subarray(0, end) })).toBeUndefined();
  });

  test('something is added to them', () => {
    expect(found({ header: `${header} ` })).toBeUndefined();
    expect(found({ header: ` ${header}` })).toBeUndefined();
    expect(found({ data: Buffer.concat([data, Buffer.of(0)]) })).toBeUndefined();
  });

  test('a byte moves between header and data', () => {
    const text = Buffer.from(data).toString('latin1');
    expect(found({ header: header + text[0], data: data.subarray(1) })).toBeUndefined();
    expect(found({ header: `${header}\n${text}`, data: new Uint8Array() })).toBeUndefined();
  });

  test.each<[string, Partial<Record<keyof StoredEntry, unknown>>]>([
    ['the data are gone', { data: undefined }],
    ['the data are no bytes', { data: 'text' }],
    ['the data are null', { data: null }],
    ['the header is gone', { header: undefined }],
    ['the header is no text', { header: 5 }],
    ['the header is empty', { header: '' }],
    ['the header is something else', { header: 'x'.repeat(500) }],
    ['the header is no Latin', { header: '漢'.repeat(500) }],
    ['the header is 64 characters long', { header: 'é'.repeat(64) }],
    ['the ticket is another', { ticket: 8 }],
    ['the time is another', { startedAt: 1_001 }],
    ['the ticket is no number', { ticket: '7' }],
  ])('%s', (_name, change) => {
    expect(found(change)).toBeUndefined();
  });

  test('the entry is that of another key', () => {
    const other = stored({ ...facts, key: 'b'.repeat(64) });
    expect(read(other)).toBeUndefined();
    expect(decodeEntry('b'.repeat(64), other, undefined)).toBeDefined();
  });

  test('the data are those of another entry', () => {
    const other = encodeEntry(facts, { ...payload, data: Buffer.from('{"rows":4}') }, undefined);
    expect(found({ data: other.data })).toBeUndefined();
    expect(found({ header: other.header })).toBeUndefined();
  });

  test('the secret is another, or there is one on one side only', () => {
    expect(read(stored(facts, payload, 'a'), 'b')).toBeUndefined();
    expect(read(stored(facts, payload, 'a'))).toBeUndefined();
    expect(read(stored(), 'a')).toBeUndefined();
  });

  test('the format is another', () => {
    for (const format of [0, 2, '1', null]) {
      const other = encodeEntry({ ...facts, format } as EntryFacts, payload, undefined);
      expect(found(other)).toBeUndefined();
    }
  });

  test('it is anything at all', () => {
    const property = fc.property(fc.anything(), fc.anything(), (one, other) => {
      expect(found({ header: one, data: other })).toBeUndefined();
    });
    fc.assert(property);
    const texts = fc.property(fc.string({ unit: 'binary', minLength: 60 }), fc.uint8Array(), (one, other) => {
      expect(found({ header: one, data: other })).toBeUndefined();
    });
    fc.assert(texts, { numRuns: 1_000 });
  });
});
