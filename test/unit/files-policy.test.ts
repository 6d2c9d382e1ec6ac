/** `files(...globs)`: the version follows the content of files. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { files } from 'temporal-activity-cache';

const folder = mkdtempSync(join(tmpdir(), 'files-policy-'));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const versionOf = async (policy: ReturnType<typeof files>) =>
  policy.getVersion('', { fn: () => 1, activityType: 'f' });

test('the content and the names of matching files count, while the process runs', async () => {
  write('a.md', 'one');
  write('b.txt', 'other');
  const policy = files(join(folder, '*.md'));
  const first = await versionOf(policy);
  expect(await versionOf(policy)).toBe(first);
  write('b.txt', 'something else');
  expect(await versionOf(policy)).toBe(first);
  write('a.md', 'two two');
  const second = await versionOf(policy);
  expect(second).not.toBe(first);
  renameSync(join(folder, 'a.md'), join(folder, 'c.md'));
  expect(await versionOf(policy)).not.toBe(second);
  write('c.md', 'one');
  renameSync(join(folder, 'c.md'), join(folder, 'a.md'));
  expect(await versionOf(policy)).toBe(first);
});

test('no matching file is an error, because a slip would watch nothing', async () => {
  await expect(versionOf(files(join(folder, '*.sql')))).rejects.toThrow(/no file in .* matches/);
});

test('a pattern is needed', () => {
  expect(() => files()).toThrow(/give one or more patterns/);
  expect(() => files('')).toThrow(/give one or more patterns/);
});
