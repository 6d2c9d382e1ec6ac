/** Many payloads in one come back as they were. */
import fc from 'fast-check';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { encodeOutcome } from '../../../src/wire/outcome';
import { pack, packOne, unpack } from '../../../src/wire/pack';

const bytes = fc.uint8Array({ maxLength: 300 });
const payload = fc.record({
  metadata: fc.dictionary(fc.string({ minLength: 1 }), bytes, { noNullPrototype: true }),
  data: bytes,
});

test('whatever their metadata and bytes', () => {
  fc.assert(
    fc.property(fc.array(payload), (payloads) => {
      const back = unpack(pack(payloads))!;
      expect(back.map(({ metadata, data }) => ({ metadata: { ...metadata }, data }))).toEqual(payloads);
      for (const one of payloads) expect(unpack(packOne(one))).toMatchObject([one]);
    }),
  );
});

const AT = Date.UTC(2026, 2, 4);

function labelled(value: unknown): Payload {
  const origin = { workflowId: 'ml-pipeline/exp-001', runId: 'r', activityId: '5' };
  const label = encodeOutcome({
    status: 'hit',
    key: 'k',
    version: 'v',
    durationMs: 3_700,
    origin,
    storedAt: '2026-03-01T00:00:00.000Z',
    of: { activityType: 'train', activityId: '1' },
  });
  const { metadata, data } = defaultPayloadConverter.toPayload(value);
  return { metadata: { ...metadata, 'activity-cache': label }, data };
}

test('what a person reads of it is JSON, with the verdict of each labelled value first', () => {
  const verdict = 'hit · train · saved 3.7 s · computed by ml-pipeline/exp-001, 3 days ago';
  const read = (payload: Payload) => defaultPayloadConverter.fromPayload<object>(payload);
  const one = read(packOne(labelled({ a: 'ü' }), AT));
  expect(one).toEqual({ cache: verdict, value: { a: 'ü' } });
  expect(Object.keys(one)[0]).toBe('cache');
  const answer = defaultPayloadConverter.toPayload({ cache: 'miss', answer: 'run' });
  const several = [labelled([1]), answer, labelled(new Uint8Array([0, 255])), labelled(undefined)];
  expect(read(pack(several, AT))).toEqual([
    { cache: verdict, value: [1] },
    { cache: 'miss', answer: 'run' },
    { cache: verdict, value: null },
    { cache: verdict, value: null },
  ]);
  expect(unpack(pack(several, AT))!.map((payload) => read(payload))).toEqual([
    [1],
    { cache: 'miss', answer: 'run' },
    new Uint8Array([0, 255]),
    undefined,
  ]);
});

test('a bare list as the index, as histories have it, is read as it was written', () => {
  const index = JSON.stringify([
    { metadata: { encoding: 'json/plain' }, bytes: 3 },
    { metadata: { encoding: 'binary/plain' }, bytes: 2 },
  ]);
  const metadata = {
    encoding: Buffer.from('binary/activity-cache'),
    'activity-cache-index': new TextEncoder().encode(index),
  };
  const payloads = unpack({ metadata, data: new Uint8Array([0x22, 0x61, 0x22, 0, 255]) })!;
  expect(payloads.map((payload) => defaultPayloadConverter.fromPayload(payload))).toEqual([
    'a',
    new Uint8Array([0, 255]),
  ]);
});

test('a payload without data, or without metadata, has none', () => {
  expect(unpack(pack([{}, { data: null }]))).toEqual([
    { metadata: {}, data: new Uint8Array() },
    { metadata: {}, data: new Uint8Array() },
  ]);
});

test('what was not packed is not unpacked, nor is what is damaged', () => {
  const one = defaultPayloadConverter.toPayload({ x: 1 });
  expect(unpack(one)).toBeUndefined();
  expect(unpack({})).toBeUndefined();
  for (const index of ['{', '7', '[{}]', 'null', '{}', '{"packed":[{}]}']) {
    const metadata = { 'activity-cache-index': new TextEncoder().encode(index) };
    expect(unpack({ ...one, metadata })).toBeUndefined();
  }
});
