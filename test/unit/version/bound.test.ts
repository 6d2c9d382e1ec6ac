/** What the error for a bound method advises works, and what it says of the arrow is so. */
import { cached, type CacheOptions } from 'temporal-activity-cache';
import { functionOf, identify } from '../call';

const service = { run: (x: number) => x * 2 };
const versionUnder = async (options: CacheOptions, fn: (...args: any[]) => any) =>
  (await identify(options, [1], { fn })) as { key: string; version: string };
const bound = () => service.run.bind(service);

test('the error sends to a version or policies first, and says what the arrow costs', () => {
  expect(() => cached('auto', bound())).toThrow(
    "Give a 'version', or 'policies', that change when it does. An arrow around it, () => service.run(), can be read, " +
      "but its version stays the same whatever becomes of service.run: raise a 'salt' beside it",
  );
});

test('a version, and policies that look elsewhere, are enough for a bound method', async () => {
  expect(await versionUnder({ version: '1' }, bound())).toMatchObject({ version: '1' });
  const policy = (text: string) => ({ policies: { name: 'mine', getVersion: () => text } });
  const [one, other] = [await versionUnder(policy('a'), bound()), await versionUnder(policy('b'), bound())];
  expect(one.version).not.toBe(other.version);
});

test('an arrow has one version before and after its method changes; a salt makes another key', async () => {
  const arrow = functionOf('(...args) => service.run(...args)');
  const before = await versionUnder({}, arrow);
  service.run = (x) => x * 3;
  expect((await versionUnder({}, arrow)).key).toBe(before.key);
  expect((await versionUnder({ salt: '2' }, arrow)).key).not.toBe(before.key);
});
