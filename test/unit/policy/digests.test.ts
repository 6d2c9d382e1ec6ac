/** What an entry keeps of its key, to explain a later miss from. */
import { createHash } from 'node:crypto';
import { encode } from '../../../src/key/canonical';
import { digester } from '../../../src/key/key';
import { Identifier } from '../../../src/policy/identify';
import { resolvePolicy } from '../../../src/policy/resolve';
import { toLayer } from '../../../src/options/layer';
import type { CacheOptions } from 'temporal-activity-cache';

const args = [{ depth: 8, rates: [0.1, 0.2], name: 'x' }, 'exp'];

async function digestsOf(options: CacheOptions, keepInputDigests = true, secret?: string) {
  const fn = async (_params: unknown, _label: string) => 1;
  const layer = toLayer({ version: '1', parameters: ['params', 'label'], ...options }, 'test');
  const { policy } = resolvePolicy([layer], fn, 'test', 'strict');
  const space = { scope: '', vary: ['tenant'], digest: digester(secret), keepInputDigests };
  const info = { activityType: 'f', namespace: 'n' } as never;
  const identity = await new Identifier(policy, space).identify({ args, headers: {}, info });
  if (identity.key === undefined) throw identity.error;
  return identity.digests();
}

const sha = (value: unknown) => createHash('sha256').update(encode(value)).digest('hex').slice(0, 32);

test('each input is there by its path, each part by its label', async () => {
  const { parts, inputs } = await digestsOf({});
  expect(inputs).toEqual({
    'params.depth': sha(8),
    'params.rates.0': sha(0.1),
    'params.rates.1': sha(0.2),
    'params.name': sha('x'),
    label: sha('exp'),
  });
  const labels = ['namespace', 'scope', 'activityType', 'signature', 'version', 'salt', 'vary', 'inputs'];
  expect(Object.keys(parts)).toEqual(labels);
});

test('what is ignored is not there; what a text stands for is there as that text', async () => {
  const { inputs } = await digestsOf({
    ignoredInputs: ['label', 'params.name'],
    hashInputs: { 'params.rates': () => 'r' },
  });
  const hashed = createHash('sha256').update('h1:r').digest('hex').slice(0, 32);
  expect(inputs).toEqual({ 'params.depth': sha(8), 'params.rates': hashed });
});

test('with a key function there are no inputs, only what it answered as a whole', async () => {
  const { parts, inputs } = await digestsOf({ key: () => 'all alike' });
  expect(inputs).toBeUndefined();
  expect(parts.key).toBe(sha('all alike'));
});

test('with a secret each digest is another', async () => {
  const [plain, secret] = [await digestsOf({}), await digestsOf({}, true, 's')];
  for (const path of Object.keys(plain.inputs!)) expect(secret.inputs![path]).not.toBe(plain.inputs![path]);
  for (const label of Object.keys(plain.parts)) expect(secret.parts[label]).not.toBe(plain.parts[label]);
});

test('where digests could be guessed, none of an input or a header is kept', async () => {
  const { parts, inputs } = await digestsOf({}, false);
  expect(inputs).toBeUndefined();
  expect(Object.keys(parts)).toEqual(['namespace', 'scope', 'activityType', 'signature', 'version', 'salt']);
});

test('wide and deep inputs are cut at a bound: every value is in one digest, none in two', async () => {
  const layer = toLayer({ version: '1', parameters: ['wide'] }, 'test');
  const { policy } = resolvePolicy([layer], async () => 1, 'test', 'strict');
  const space = { scope: '', vary: [], digest: digester(), keepInputDigests: true };
  const wide = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`m${i}`, { a: i, b: [i, i] }]));
  const info = { activityType: 'f', namespace: 'n' } as never;
  const identity = await new Identifier(policy, space).identify({ args: [wide], headers: {}, info });
  const paths = Object.keys((identity as { digests(): { inputs: object } }).digests().inputs);
  expect(paths.length).toBeLessThanOrEqual(64);
  expect(new Set(paths.map((path) => path.split('.')[1])).size).toBe(60);
});
