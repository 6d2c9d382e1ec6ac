/** A codec server shows the label beside the value, loses nothing of the value, and touches nothing else. */
import fc from 'fast-check';
import { defaultPayloadConverter, type Payload, type PayloadCodec } from '@temporalio/common';
import { CacheOptionsError, labelledCodec } from 'temporal-activity-cache';
import { INDEX, OUTCOME_METADATA } from '../../src/wire/names';
import { encodeOutcome, type Outcome } from '../../src/wire/outcome';
import { decodeForPeople } from '../../examples/own-activity/codec-server';
import { EncryptionCodec } from '../helpers/encryption-codec';

const NOW = Date.parse('2026-03-04T12:00:00Z');
beforeAll(() => jest.spyOn(Date, 'now').mockReturnValue(NOW));
afterAll(() => jest.restoreAllMocks());

const HIT: Outcome = {
  status: 'hit',
  key: 'k',
  version: 'v',
  durationMs: 3_700,
  storedAt: '2026-03-01T12:00:00Z',
  origin: { workflowId: 'ml-pipeline/exp-001', runId: 'r', activityId: '3' },
};
const VERDICT = 'hit · saved 3.7 s · computed by ml-pipeline/exp-001, 3 days ago';

const bytes = (text: string) => Buffer.from(text);
const withLabel = ({ metadata, data }: Payload, label: Uint8Array = encodeOutcome(HIT)): Payload => ({
  metadata: { ...metadata, [OUTCOME_METADATA]: label },
  data,
});
const encoded = (
  encoding: string,
  data: Uint8Array | undefined,
  more: Payload['metadata'] = {},
): Payload => ({
  metadata: { encoding: bytes(encoding), ...more },
  data,
});
const textOf = ({ data }: Payload) => Buffer.from(data!).toString();

/** The text that a reader of the UI sees. */
async function seen(payload: Payload, codecs?: Parameters<typeof labelledCodec>[0]): Promise<string> {
  const [decoded] = await labelledCodec(codecs).decode([payload]);
  expect(decoded!.metadata).toEqual({ encoding: new Uint8Array(bytes('json/plain')) });
  return textOf(decoded!);
}

async function verdict(outcome: Partial<Outcome>): Promise<string> {
  const label = encodeOutcome({ key: 'k', version: 'v', durationMs: 3_700, ...outcome } as Outcome);
  const payload = withLabel(defaultPayloadConverter.toPayload(1), label);
  return (JSON.parse(await seen(payload)) as { cache: string }).cache;
}

test.each<[Partial<Outcome>, string]>([
  [HIT, VERDICT],
  [{ ...HIT, storedAt: '2026-03-04T11:59:58.9Z' }, 'hit · saved 3.7 s · computed by ml-pipeline/exp-001, 1 second ago'],
  [{ ...HIT, storedAt: '2026-03-04T12:00:09Z' }, 'hit · saved 3.7 s · computed by ml-pipeline/exp-001, 0 seconds ago'],
  [{ ...HIT, storedAt: 'then' }, 'hit · saved 3.7 s · computed by ml-pipeline/exp-001'],
  [{ ...HIT, origin: { activityId: 'a-7' } }, 'hit · saved 3.7 s · computed by a standalone Activity a-7, 3 days ago'],
  [{ ...HIT, origin: undefined }, 'hit · saved 3.7 s · computed 3 days ago'],
  [
    { ...HIT, status: 'joined', of: { activityType: 'trainModel', activityId: '3' } },
    'joined · trainModel · saved 3.7 s · computed by ml-pipeline/exp-001, 3 days ago',
  ],
  [{ status: 'stored', why: 'new', detail: 'inputs · params.depth' }, 'stored · took 3.7 s · new: inputs · params.depth'],
  [{ status: 'stored', why: 'overwrite' }, 'stored · took 3.7 s · overwrite'],
  [
    { status: 'unstored', why: 'new', reason: 'too-large', detail: '3 MB' },
    'unstored · too-large: 3 MB · took 3.7 s · new',
  ],
  [{ status: 'bypassed', reason: 'disabled', durationMs: 0.4 }, 'bypassed · disabled · took 0.4 ms'],
])('%j is %s', async (outcome, said) => {
  expect(await verdict(outcome)).toBe(said);
}); // prettier-ignore

test.each<[string, Payload, string]>([
  ['an object', defaultPayloadConverter.toPayload({ cache: 'mine', value: 1 }), '"value":{"cache":"mine","value":1}'],
  ['an array', defaultPayloadConverter.toPayload([1, 'x']), '"value":[1,"x"]'],
  ['a text', defaultPayloadConverter.toPayload('x "y"'), '"value":"x \\"y\\""'],
  ['a number', defaultPayloadConverter.toPayload(0), '"value":0'],
  ['null', defaultPayloadConverter.toPayload(null), '"value":null'],
  ['undefined', defaultPayloadConverter.toPayload(undefined), '"value":null,"metadata":{"encoding":"binary/null"}'],
  ['bytes', defaultPayloadConverter.toPayload(Buffer.from([1, 2, 255])), '"valueBase64":"AQL/","metadata":{"encoding":"binary/plain"}'],
  ['digits that no number of JavaScript has', encoded('json/plain', bytes('{"id":12345678901234567890}')), '"value":{"id":12345678901234567890}'],
  [
    'a message of Protobuf as JSON',
    encoded('json/protobuf', bytes('{"a":1}'), { messageType: bytes('my.Message') }),
    '"value":{"a":1},"metadata":{"encoding":"json/protobuf","messageType":"my.Message"}',
  ],
  [
    'a message of Protobuf',
    encoded('binary/protobuf', Buffer.from([8, 1]), { messageType: bytes('my.Message') }),
    '"valueBase64":"CAE=","metadata":{"encoding":"binary/protobuf","messageType":"my.Message"}',
  ],
  ['what is not the JSON that it claims to be', encoded('json/plain', bytes('{')), '"valueBase64":"ew==","metadata":{"encoding":"json/plain"}'],
  ['what nobody decodes', encoded('binary/encrypted', Buffer.from([0]), { id: Buffer.from([255]) }), '"valueBase64":"AA==","metadata":{"encoding":"binary/encrypted","id":"/w=="}'],
  ['a payload without data', encoded('binary/plain', undefined), '"valueBase64":"","metadata":{"encoding":"binary/plain"}'],
])('of %s the reader sees label and value', async (_, payload, members) => {
  const text = await seen(withLabel(payload));
  expect(text).toBe(`{"cache":${JSON.stringify(VERDICT)},${members}}`);
  JSON.parse(text);
}); // prettier-ignore

test('any JSON is there in full', async () => {
  await fc.assert(
    fc.asyncProperty(fc.json(), async (text) => {
      const [decoded] = await labelledCodec().decode([withLabel(encoded('json/plain', bytes(text)))]);
      expect(textOf(decoded!)).toBe(`{"cache":${JSON.stringify(VERDICT)},"value":${text}}`);
    }),
  );
});

test('what has no label is what it was, also beside what has one', async () => {
  const anyBytes = fc.uint8Array({ maxLength: 50 });
  const metadata = fc.dictionary(fc.string(), anyBytes, { noNullPrototype: true });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ metadata, data: anyBytes })), async (payloads) => {
      const copy = structuredClone(payloads);
      const decoded = await labelledCodec().decode([
        ...payloads,
        withLabel(encoded('json/plain', bytes('1'))),
      ]);
      expect(decoded.slice(0, -1)).toEqual(copy);
    }),
  );
});

test.each([
  ['another version', { v: 2, status: 'hit', durationMs: 1 }],
  ['another package', { status: 'HIT' }],
  ['a status that nobody knows', { v: 1, status: 'warm', durationMs: 1 }],
  ['fields that are not those of a label', { v: 1, status: 'stored', why: { toString: 1 }, durationMs: 1 }],
  ['null', null],
])('metadata of %s is left alone', async (_, label) => {
  const payload = withLabel(encoded('json/plain', bytes('1')), bytes(JSON.stringify(label)));
  expect(await labelledCodec().decode([payload])).toEqual([payload]);
});

test('a label as an older version wrote it is read', async () => {
  const { entry: _, ...old } = { v: 1, ...HIT, entry: { ticket: 1 } };
  expect(await seen(withLabel(encoded('json/plain', bytes('1')), bytes(JSON.stringify(old))))).toContain(VERDICT);
}); // prettier-ignore

test('what is shown once is not labelled again', async () => {
  const codec = labelledCodec();
  const once = await codec.decode([withLabel(encoded('json/plain', bytes('1')))]);
  expect(await codec.decode(once)).toEqual(once);
});

/** Several answers in one payload, byte by byte as version 0.1.0 writes them. */
function packed(payloads: Payload[]): Payload {
  const latin1 = (value: Uint8Array) => Buffer.from(value).toString('latin1');
  const index = payloads.map(({ metadata, data }) => ({
    metadata: Object.fromEntries(Object.entries(metadata!).map(([name, value]) => [name, latin1(value)])),
    bytes: data!.length,
  }));
  const data = Buffer.concat(payloads.map((payload) => payload.data!));
  return encoded('binary/activity-cache', data, { [INDEX]: bytes(JSON.stringify(index)) });
}

test('of several look-ups in one result there is a list, with their calls', async () => {
  const of = { activityType: 'trainModel', activityId: '3' };
  const answers = [
    withLabel(defaultPayloadConverter.toPayload({ depth: 7 }), encodeOutcome({ ...HIT, of })),
    defaultPayloadConverter.toPayload({ answer: 'run' }),
    encoded('binary/plain', Buffer.from([1])),
  ];
  expect(JSON.parse(await seen(packed(answers)))).toEqual([
    { cache: VERDICT.replace('hit', 'hit · trainModel'), value: { depth: 7 } },
    { answer: 'run' },
    { valueBase64: 'AQ==', metadata: { encoding: 'binary/plain' } },
  ]);
  const [misses] = await labelledCodec().decode([packed(answers.slice(1))]);
  expect(misses).toEqual(packed(answers.slice(1)));
});

describe('with codecs', () => {
  const plain = defaultPayloadConverter.toPayload({ depth: 7 });
  const shown = `{"cache":${JSON.stringify(VERDICT)},"value":{"depth":7}}`;

  test('a label within the encryption is found', async () => {
    const codec = new EncryptionCodec();
    const [sealed] = await codec.encode([withLabel(plain)]);
    expect(Object.keys(sealed!.metadata!)).toEqual(['encoding']);
    expect(await seen(sealed!, codec)).toBe(shown);
  });

  /** Encrypts data alone. Its metadata stays outside, and is dropped when it decodes, in place. */
  const dataAlone: PayloadCodec = {
    encode: async (payloads) =>
      payloads.map(({ metadata, data }) => ({
        metadata: { ...metadata, encoding: bytes('binary/flipped') },
        data: data?.map((byte) => byte ^ 0xff),
      })),
    decode: async (payloads) => {
      for (const payload of payloads) {
        payload.metadata = { encoding: bytes('json/plain') };
        payload.data = payload.data?.map((byte) => byte ^ 0xff);
      }
      return payloads;
    },
  };

  test('a codec server of one’s own shows the same', async () => {
    const codec = new EncryptionCodec();
    const [decoded] = await decodeForPeople([codec], await codec.encode([withLabel(plain)]));
    expect(textOf(decoded!)).toBe(shown);
  });

  test('a label outside the encryption is found, although the codec drops it', async () => {
    const [sealed] = await dataAlone.encode([withLabel(plain)]);
    expect(await seen(sealed!, dataAlone)).toBe(shown);
  });

  test('a label outside is shown also where nobody decrypts the value', async () => {
    const [sealed] = await dataAlone.encode([withLabel(plain)]);
    expect(JSON.parse(await seen(sealed!))).toMatchObject({
      cache: VERDICT,
      metadata: { encoding: 'binary/flipped' },
    });
  });

  test('several encode in their order, decode in reverse, with the context, and never label', async () => {
    const calls: unknown[] = [];
    const named = (name: string): PayloadCodec => ({
      encode: async (payloads, context) => (calls.push([name, 'encode', context]), payloads),
      decode: async (payloads, context) => (calls.push([name, 'decode', context]), payloads),
    });
    const codec = labelledCodec([named('a'), named('b')]);
    const context = { type: 'workflow', namespace: 'n', workflowId: 'w' } as const;
    const given = [withLabel(plain), plain];
    expect(await codec.encode(given, context)).toEqual(given);
    await codec.decode(given, context);
    expect(calls).toEqual([
      ['a', 'encode', context],
      ['b', 'encode', context],
      ['b', 'decode', context],
      ['a', 'decode', context],
    ]);
  });

  test('a codec that makes fewer payloads gives none of them the label of another', async () => {
    const last: PayloadCodec = { ...dataAlone, decode: async (payloads) => payloads.slice(1) };
    expect(await labelledCodec(last).decode([withLabel(plain), plain])).toEqual([plain]);
  });

  test('a codec that fails fails', async () => {
    const decode = async () => Promise.reject(new Error('no key'));
    await expect(labelledCodec({ ...dataAlone, decode }).decode([plain])).rejects.toThrow('no key');
  });

  test.each([null, {}, [undefined], [dataAlone, { encode: dataAlone.encode }]])('%j is no codec', (given) => {
    expect(() => labelledCodec(given as PayloadCodec)).toThrow(CacheOptionsError);
  });
});
