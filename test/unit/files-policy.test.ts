/** `files(...globs)`: the version follows the content of files. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { files } from 'temporal-activity-cache';

const folder = mkdtempSync(join(tmpdir(), 'files-policy-'));
afterAll(() => rmSync(folder, { recursive: true }));
function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}
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

describe.each(['.git', 'node_modules', 'app/node_modules'])('what lies in %s', (place) => {
  test.each([
    ['an absolute pattern', folder],
    ['a relative one', relative(process.cwd(), folder)],
  ])('is left out, unless %s names the folder', async (_, from) => {
    write('prompts/a.md', 'one');
    write(`${place}/some/b.md`, 'one');
    const project = join(from, '**/*.md');
    const name = place.split('/').at(-1)!;
    const [without, named] = [files(project), files(project, join(from, `**/${name}/some/*.md`))];
    const [first, firstNamed] = [await versionOf(without), await versionOf(named)];
    write(`${place}/some/b.md`, 'two two');
    expect(await versionOf(without)).toBe(first);
    expect(await versionOf(named)).not.toBe(firstNamed);
    write('prompts/a.md', 'two two');
    expect(await versionOf(without)).not.toBe(first);
  });
});

test('a folder that a pattern names among others counts', async () => {
  write('node_modules/some/b.md', 'one');
  const policy = files(join(folder, '{prompts,node_modules}/**/*.md'));
  const first = await versionOf(policy);
  write('node_modules/some/b.md', 'two two');
  expect(await versionOf(policy)).not.toBe(first);
});

test('no matching file is an error, because a slip would watch nothing', async () => {
  await expect(versionOf(files(join(folder, '*.sql')))).rejects.toThrow(/no file in .* matches/);
});

test('a pattern is needed', () => {
  expect(() => files()).toThrow(/give one or more patterns/);
  expect(() => files('')).toThrow(/give one or more patterns/);
});
