// npm run docs: writes into the pages each file named by `<!-- file: path -->`, what the commands of their transcripts print, and the table
// of names.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transcribed } from '../test/helpers/cli/transcripts.ts';
import { withWireTable } from '../test/helpers/wire-table.ts';
import { root } from './internal/paths.mjs';

const BLOCK = /(<!-- file: (\S+) -->\n\n```(?:ts|sql|yaml)\n)[\s\S]*?(\n?```)/g;

const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => join('docs', name))];
for (const page of pages) {
  const text = readFileSync(join(root, page), 'utf8');
  const filled = text.replace(
    BLOCK,
    (_, before, file) => `${before}${readFileSync(join(root, file), 'utf8')}\`\`\``,
  );
  const written = withWireTable(await transcribed(filled));
  if (written !== text) {
    writeFileSync(join(root, page), written);
    console.log(`${page}: updated`);
  }
}
