/** A program written from SPEC.md alone, which shares no code with src, computes the keys that the cache uses. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached, cacheContext } from 'temporal-activity-cache';
import { digester } from '../../../src/key/key';
import { writeCall } from '../../../src/options/call-site';
import { Identifier } from '../../../src/policy/identify';
import { workflowPolicy } from '../../../src/policy/workflow-policy';
import { CALL } from '../../../src/wire/names';
import { MockWorker } from '../../helpers/mock';
import type { Info } from '../call';

const program = join(__dirname, 'independent-key.mjs');
const compute = (parts: object) =>
  execFileSync(process.execPath, [program, JSON.stringify(parts)], { encoding: 'utf8' }).trim();

test('the key of a call through the cache is the one the independent program computes', async () => {
  const args = [{ rows: [1, 2.5, 'é😀'], options: { depth: 8, name: null } }, true];
  const keyOf = cached(
    { version: '1.0', salt: 's', parameters: ['data', 'flag'] },
    async (..._args: unknown[]) => cacheContext()!.key,
  );
  const worker = new MockWorker(
    { keyOf },
    { scope: 'team/prod', secret: 'pépper' },
    { info: { namespace: 'sales' } },
  );
  const parts = {
    namespace: 'sales',
    scope: 'team/prod',
    activityType: 'keyOf',
    signature: [['data', 'flag'], null, ''],
    version: { behavior: 'override', text: '1.0' },
    salt: 's',
    vary: [],
  };
  expect(await worker.call('keyOf', ...args)).toBe(compute({ ...parts, args, secret: 'pépper' }));
});

const parts = {
  namespace: 'default',
  scope: '',
  version: { behavior: 'override', text: '2' },
  salt: '',
  vary: [],
};

test.each([
  [{ version: '2' }, ['call site', '']],
  [{ version: '2', ignoredInputs: ['flag', 'data.trace'] }, ['call site', '', ['0.trace', '1']]],
])('so is that of a call with %j of its own', async (cache, signature) => {
  const keyOf = cached(
    { version: '1', parameters: ['data', 'flag'] },
    async (..._args: unknown[]) => cacheContext()!.key,
  );
  const headers = { [CALL]: writeCall({ cache }) };
  const key: unknown = await new MockWorker({ keyOf }).callWith({ headers }, 'keyOf', {
    a: 1,
    ...('ignoredInputs' in cache && { trace: 2 }),
  });
  expect(key).toBe(compute({ ...parts, activityType: 'keyOf', signature, args: [{ a: 1 }] }));
});

test.each([
  [{ version: '2', signature: 'numbers' }, undefined, ['workflow', 'numbers']],
  [{ version: '2', ignoredInputs: 1 }, { ignoredInputs: [1, '0.trace'] }, ['workflow', '', ['0.trace', '1']]],
])('so is that of a Workflow with %j, started with %j', async (declared, cache, signature) => {
  const policy = workflowPolicy({
    activityType: 'train',
    cache,
    workflow: { own: { declared, source: '() => 1' } },
  })!;
  const space = { scope: '', vary: [], digest: digester(), keepInputDigests: true };
  const info = { activityType: 'train', namespace: 'default' } as Info;
  const { key } = await new Identifier(policy, space).identify({
    args: [{ a: 1, ...(cache && { trace: 2 }) }],
    headers: {},
    info,
  });
  expect(key).toBe(compute({ ...parts, activityType: 'train', signature, args: [{ a: 1 }] }));
});

const { keys } = JSON.parse(
  readFileSync(join(__dirname, '../../../src/key/vectors.golden.json'), 'utf8'),
) as {
  keys: { key: string; activityType: string }[];
};

test.each(keys)('it agrees on the golden key $key', ({ key, ...parts }) => {
  expect(compute(parts)).toBe(key);
});
