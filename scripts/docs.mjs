// npm run docs: writes each file named by `<!-- file: path -->` into the code block that follows it.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './internal/paths.mjs';

const BLOCK = /(<!-- file: (\S+) -->\n\n```(?:ts|sql|yaml)\n)[\s\S]*?(\n?```)/g;

const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => join('docs', name))];
for (const page of pages) {
  const text = readFileSync(join(root, page), 'utf8');
  const filled = text.replace(
    BLOCK,
    (_, before, file) => `${before}${readFileSync(join(root, file), 'utf8')}\`\`\``,
  );
  if (filled !== text) {
    writeFileSync(join(root, page), filled);
    console.log(`${page}: updated`);
  }
}
