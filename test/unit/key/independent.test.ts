/** A program written from SPEC.md alone, which shares no code with src, computes the keys that the cache uses. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached, cacheContext } from 'temporal-activity-cache';
import { MockWorker } from '../../helpers/mock';

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

const { keys } = JSON.parse(
  readFileSync(join(__dirname, '../../../src/key/vectors.golden.json'), 'utf8'),
) as {
  keys: { key: string; activityType: string }[];
};

test.each(keys)('it agrees on the golden key $key', ({ key, ...parts }) => {
  expect(compute(parts)).toBe(key);
});
