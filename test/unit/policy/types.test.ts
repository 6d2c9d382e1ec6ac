/** What TypeScript knows: this file is a test by being compiled. */
import { cached, cachedAll, CachePlugin } from 'temporal-activity-cache';

const describe_ = async (count: number) => `there are ${count}`;

test('callbacks know the result and the arguments of their Activity, and wrapping changes no type', async () => {
  const inferred = cached(
    { cacheIf: (text, [count]) => text.length > count, salt: 'a' },
    async (count: number) => `${count}`,
  );
  const exact: (count: number) => Promise<string> = inferred;
  // @ts-expect-error -- the result is a text
  cached({ cacheIf: (result: number) => result > 0, salt: 'b' }, async (count: number) => `${count}`);
  cached(
    { hashInputs: { bytes: (bytes: Buffer) => bytes.toString('hex') } },
    async (bytes: Buffer) => bytes.length,
  );
  expect(await exact(1)).toBe('1');
});

test('where the Activity is not known, callbacks say themselves what they take', () => {
  const cacheIf = (text: string, [count]: [number]) => text.length > count;
  new CachePlugin({ store: 'memory:', activities: { describe: { cacheIf } } });
  expect(cachedAll({ cacheIf }, { describe_ }).describe_).toBe(describe_);
});
