/** The pages say what the code says: their code is files that tests run, their tables have the fields that exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transcribed } from '../helpers/cli/transcripts';
import { withWireTable } from '../helpers/wire-table';

const root = join(__dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
];

test.each(pages)('%s: each block of code is a file of this repository, word for word', (page) => {
  const text = read(page);
  const files = [...text.matchAll(/<!-- file: (\S+) -->\n\n```(?:ts|sql|yaml)\n([\s\S]*?)```/g)];
  expect([...text.matchAll(/```(ts|js|typescript|javascript|sql|ya?ml)\b/g)]).toHaveLength(files.length);
  for (const [, file, code] of files) expect(code).toBe(read(file!));
});

test.each(pages)('%s: its transcripts show what the commands print', async (page) => {
  const text = read(page);
  expect(await transcribed(text)).toBe(text);
});

test('docs/wire.md has the table of src/wire/names.ts', () => {
  const text = read('docs/wire.md');
  expect(withWireTable(text)).toBe(text);
});

test.each(pages)('%s: each link leads to a file', (page) => {
  const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, link]) => link!);
  expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([]);
});

test.each(pages)('%s: each npm script it names exists', (page) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = [...read(page).matchAll(/npm run ([a-z:-]+)/g)].map(([, name]) => name!);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

/** The first cells of the table under a heading. */
function fieldsUnder(heading: string): string[] {
  const section = read('docs/options.md').split(`\n## ${heading}`)[1]!.split('\n## ')[0]!;
  return [...section.matchAll(/^\| `(\w+)`/gm)].map(([, field]) => field!);
}

/** The names in a `const FIELDS = […]` of the source. */
function fieldsOf(file: string): string[] {
  const list = /const FIELDS = \[([\s\S]*?)\]/.exec(read(file))![1]!;
  return [...list.matchAll(/'(\w+)'/g)].map(([, field]) => field!);
}

test('docs/options.md has each option that exists, and no other', () => {
  expect(fieldsUnder('`cached(').sort()).toEqual(fieldsOf('src/options/layer.ts').sort());
  expect(fieldsUnder('`new CachePlugin').sort()).toEqual(fieldsOf('src/plugin-options.ts').sort());
});

test('docs/observing.md has each status, reason and metric that exists', () => {
  const page = read('docs/observing.md');
  const status = read('src/wire/outcome.ts');
  const unions = [
    ...status.matchAll(/export type (?:CacheStatus|RunReason|UnstoredReason|BypassReason) = ([^;]+);/g),
  ];
  const words = unions.flatMap(([, union]) => [...union!.matchAll(/'([\w-]+)'/g)].map(([, word]) => word!));
  expect(words.length).toBeGreaterThan(15);
  const metrics = [...read('src/worker/metrics.ts').matchAll(/'(activity_cache_\w+)'/g)].map(
    ([, name]) => name!,
  );
  expect(metrics).toHaveLength(5);
  expect([...words, ...metrics].filter((word) => !page.includes(`\`${word}\``))).toEqual([]);
});

test('each promise of docs/promises.md has a test, by test/promises.json', () => {
  const names = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' });
  const files = names
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => read(`test/${name}`).replace(/\\'/g, "'"));
  const tests = JSON.parse(read('test/promises.json')) as Record<string, string>;
  const page = read('docs/promises.md');
  const promises = [...page.matchAll(/^\| (.+?) +\|/gm)].map(([, when]) => when!);
  const listed = promises.filter((when) => when !== 'when' && !when.startsWith('---'));
  expect(listed.sort()).toEqual(Object.keys(tests).sort());
  expect(listed.length).toBeGreaterThan(20);
  expect(Object.values(tests).filter((name) => !files.some((file) => file.includes(name)))).toEqual([]);
});

test('docs/how-it-works.md lists each file and folder of src, and no other', () => {
  const layout = read('docs/how-it-works.md').split('\n## The layout')[1]!.split('\n## ')[0]!;
  const listed = [...layout.matchAll(/^\| `([\w./-]+)`/gm)].map(([, path]) => path!.replace(/\/$/, ''));
  expect(listed.sort()).toEqual(readdirSync(join(root, 'src')).sort());
});

test('docs/how-it-works.md walks through files that exist, and not too many', () => {
  const walk = read('docs/how-it-works.md').split('\n## A walk')[1]!.split('\n## ')[0]!;
  const files = [...walk.matchAll(/^\d+\. `([\w./-]+)`/gm)].map(([, path]) => path!);
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  expect(new Set(files).size).toBeLessThan(40);
  expect(files.filter((file, i) => i > 0 && dirname(file) !== dirname(files[i - 1]!)).length).toBeLessThan(
    55,
  );
});
