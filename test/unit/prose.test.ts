/** Comments and pages keep to the mechanical part of plain prose. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const filesOf = (folder: string, extension: string) =>
  (readdirSync(join(root, folder), { recursive: true }) as string[])
    .filter((name) => name.endsWith(extension))
    .map((name) => `${folder}/${name}`);

/** The folders of src whose comments are held to the rules. */
const folders = ['key', 'report'];
const sources = folders.flatMap((folder) => filesOf(`src/${folder}`, '.ts'));
const pages = [...filesOf('docs', '.md'), 'README.md', 'CONTRIBUTING.md'];

test.each(sources)('%s: comments are sentences or noun phrases', (file) => {
  const comments = [...read(file).matchAll(/\/\*\*?[\s\S]*?\*\/|(?<!:)\/\/.*/g)].map(([text]) =>
    text.replace(/^[/*\s]+/, ''),
  );
  const bad = /^(Of|Whose|Who|That|And|So many|So long)\b|\bwhoever\b|\bWhoever\b/;
  expect(comments.filter((text) => bad.test(text))).toEqual([]);
});

test.each(pages)('%s: no "whoever"', (page) => {
  expect(read(page)).not.toMatch(/\bwhoever\b/i);
});
