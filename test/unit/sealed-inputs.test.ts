/** The digests of inputs, as they are kept where there are codecs. */
import { writeContinuation } from '../../src/wire/continuation';
import { sealInputs, unseal } from '../../src/worker/sealed';
import { Values } from '../../src/worker/values';
import { EncryptionCodec } from '../helpers/encryption-codec';

const NAME = 'patient-ann-hiv-positive';
const inputs = { [`x.byPatient.${NAME}`]: 'a digest' };
const digests = { parts: { version: 'v' }, inputs };
const valuesWith = (...payloadCodecs: object[]) => new Values({ payloadCodecs } as never);

test('only who has the codec can read their paths, in the header of continue-as-new too', async () => {
  const values = valuesWith(new EncryptionCodec());
  const sealed = await sealInputs<typeof digests & { sealedInputs?: string }>(digests, values, 'n');
  expect(JSON.stringify(sealed)).not.toContain(NAME);
  expect(sealed).toMatchObject({ parts: digests.parts, inputs: undefined });
  const [text] = await unseal(sealed.sealedInputs!, values, 'n');
  expect(JSON.parse(text!)).toEqual(inputs);

  const begin = { key: 'k', version: 'v', why: 'new', tags: [], ticket: 1, startedAt: 0, ...sealed } as const;
  const question = { activityType: 'w', activityId: '', cache: undefined, mostBytes: 0, forMs: 1 };
  const { data } = writeContinuation({ question, begin, ranMs: 0, collector: 'r' });
  expect(Buffer.from(data!).toString()).toContain('sealedInputs');
  expect(Buffer.from(data!).toString()).not.toContain(NAME);
});

test('without a codec they stay as they are', async () => {
  expect(await sealInputs(digests, valuesWith(), 'n')).toBe(digests);
});

test('a codec that throws leaves none: the call is looked up and stored all the same', async () => {
  const encode = async () => Promise.reject(new Error('KMS: 503'));
  expect(await sealInputs(digests, valuesWith({ encode }), 'n')).toEqual({ parts: digests.parts });
});
