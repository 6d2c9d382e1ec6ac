/** What TypeScript knows: this file is a test by being compiled. */
import { cached, cachedAll, CachePlugin } from 'temporal-activity-cache';
import { cachedWorkflow } from 'temporal-activity-cache/workflow';

const describe_ = async (count: number) => `there are ${count}`;

test('callbacks know the result and the arguments of their Activity, and wrapping changes no type', async () => {
  const inferred = cached(
    { cacheIf: (text, [count]) => text.length > count, salt: 'a' },
    async (count: number) => `${count}`,
  );
  const exact: (count: number) => Promise<string> = inferred;
  // @ts-expect-error -- the result is a text
  cached({ cacheIf: (result: number) => result > 0, salt: 'b' }, async (count: number) => `${count}`);
  // @ts-expect-error -- the argument is a number
  cached({ tags: ([count]) => [count.trim()], salt: 'c' }, async (count: number) => `${count}`);
  // @ts-expect-error -- the argument is a number
  cached({ cacheIf: (_, [count]) => count.trim() !== '', salt: 'd' }, async (count: number) => `${count}`);
  cached(
    { hashInputs: { bytes: (bytes: Buffer) => bytes.toString('hex') } },
    async (bytes: Buffer) => bytes.length,
  );
  expect(await exact(1)).toBe('1');
});

test('an Activity that is wrapped is checked as strictly as one that is not', async () => {
  const repeat = cached('auto', async (text: string, times = 2) => text.repeat(times));
  // @ts-expect-error -- a default says what type the parameter has
  const misused = () => repeat('a', 'b');
  // @ts-expect-error -- a parameter without a type is nothing that could be used
  cached('disable', async (text) => text.trim());
  const wrapped = cachedWorkflow('auto', async function echo(text: string, times = 2) {
    return text.repeat(times);
  });
  // @ts-expect-error -- of Workflows too
  const misusedToo = () => wrapped('a', 'b');
  expect([misused, misusedToo]).toHaveLength(2);
  expect(await repeat('a')).toBe('aa');
});

test('where the Activity is not known, callbacks say themselves what they take', () => {
  const cacheIf = (text: string, [count]: [number]) => text.length > count;
  new CachePlugin({ store: 'memory:', activities: { describe: { cacheIf } } });
  expect(cachedAll({ cacheIf }, { describe_ }).describe_).toBe(describe_);
});
