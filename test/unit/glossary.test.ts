/** The source and the pages use no name that docs/glossary.md rules out. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const filesOf = (folder: string, extension: string) =>
  (readdirSync(join(root, folder), { recursive: true }) as string[])
    .filter((name) => name.endsWith(extension))
    .map((name) => `${folder}/${name}`);

const rows = read('docs/glossary.md')
  .split('\n')
  .filter((line) => line.startsWith('| '));
const forbidden = rows.flatMap((row) =>
  [...row.split('|')[3]!.matchAll(/`([^`]+)`/g)].map(([, word]) => word!),
);
const files = [
  ...filesOf('src', '.ts'),
  ...filesOf('src', '.md'),
  ...filesOf('docs', '.md'),
  'README.md',
].filter((file) => file !== 'docs/glossary.md');

test('the glossary rules out names', () => {
  expect(forbidden.length).toBeGreaterThan(10);
});

test.each(forbidden)('%s is used nowhere', (word) => {
  const whole = new RegExp(`\\b${word}\\b`);
  expect(files.filter((file) => whole.test(read(file)))).toEqual([]);
});
