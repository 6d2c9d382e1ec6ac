/** Comments and pages keep to the mechanical part of plain prose. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const filesOf = (folder: string, extension: string) =>
  (readdirSync(join(root, folder), { recursive: true }) as string[])
    .filter((name) => name.endsWith(extension))
    .map((name) => `${folder}/${name}`);

const MAX_COLUMNS = 100;

/** The comments of a file. Text in strings is not among them. */
function commentsOf(file: string): { text: string; lines: string[] }[] {
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true);
  const { text } = source;
  const ends = new Map<number, number>();
  const visit = (node: ts.Node): void => {
    const found = [
      ...(ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.getEnd()) ?? []),
    ];
    for (const { pos, end } of found) ends.set(pos, end);
    node.getChildren(source).forEach(visit);
  };
  visit(source);
  return [...ends].map(([pos, end]) => {
    const ownLine = text.slice(text.lastIndexOf('\n', pos - 1) + 1, pos).trim() === '';
    const lines = ownLine ? text.slice(text.lastIndexOf('\n', pos - 1) + 1, end).split('\n') : [];
    return { text: text.slice(pos, end), lines };
  });
}

/** The words of a comment, without the marks of comments and without code. */
const wordsOf = (comment: string): string =>
  comment
    .replace(/^\s*\/?\*+\/?/gm, '')
    .replace(/^\s*\/\//gm, '')
    .replace(/```[\s\S]*?```|`[^`]*`/g, 'code')
    .trim();

const isDirective = (comment: string): boolean => /^\W*(eslint-|prettier-|@ts-|#!)/.test(comment);

const RULES: Record<string, (words: string) => boolean> = {
  'is a sentence or a noun phrase': (words) =>
    !/^(Of|Whose|Who|That|And|So many|So long|Those|Nor|Or|But)\b/.test(words),
  'names its subject': (words) => !/\bwhoever\b/i.test(words),
  'gives each statement its own sentence': (words) => !/;\s/.test(words),
};

test.each(filesOf('src', '.ts'))('%s: comments are plain sentences or noun phrases', (file) => {
  const comments = commentsOf(file).filter(({ text }) => !isDirective(text));
  const faults = comments.flatMap(({ text, lines }) => [
    ...Object.entries(RULES).flatMap(([rule, holds]) => (holds(wordsOf(text)) ? [] : [`${rule}: ${text}`])),
    ...lines.filter((line) => line.length > MAX_COLUMNS),
  ]);
  expect(faults).toEqual([]);
});

const pages = [...filesOf('docs', '.md'), 'README.md', 'CONTRIBUTING.md'];

test.each(pages)('%s: no "whoever"', (page) => {
  expect(read(page)).not.toMatch(/\bwhoever\b/i);
});
