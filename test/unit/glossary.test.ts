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

/** Fields of what a reservation keeps, and hands to its next run: their names stay. */
const AT_REST: Record<string, string[]> = {
  told: ['src/wire/reservation.ts', 'src/wire/reservation-memo.ts', 'src/workflows/machine.ts'],
};

test('the glossary rules out names', () => {
  expect(forbidden.length).toBeGreaterThan(10);
});

test.each(forbidden)('%s is used nowhere', (word) => {
  const whole = new RegExp(`\\b${word}\\b`);
  const others = files.filter((file) => !AT_REST[word]?.includes(file));
  expect(others.filter((file) => whole.test(read(file)))).toEqual([]);
});

test('a constant for an upper bound begins with MAX_', () => {
  const other = /\b(MOST|LONGEST|LARGEST|AT_MOST)_[A-Z]/;
  expect(files.filter((file) => other.test(read(file)))).toEqual([]);
});

test('each word is there once', () => {
  const words = rows.map((row) => row.split('|')[1]!.trim());
  expect(words.filter((word, i) => words.indexOf(word) !== i)).toEqual([]);
});
