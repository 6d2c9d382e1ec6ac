/** Many payloads in one come back as they were. */
import fc from 'fast-check';
import { defaultPayloadConverter } from '@temporalio/common';
import { pack, unpack } from '../../../src/wire/pack';

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
    }),
  );
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
  for (const index of ['{', '7', '[{}]', 'null']) {
    const metadata = { 'activity-cache-index': new TextEncoder().encode(index) };
    expect(unpack({ ...one, metadata })).toBeUndefined();
  }
});
