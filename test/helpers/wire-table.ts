/** The table of docs/wire.md, made from src/wire/names.ts. */
import { WIRE } from '../../src/wire/names';
import type { WireName } from '../../src/wire/wire-name';

const BLOCK = /(<!-- table: src\/wire\/names\.ts -->\n\n)[\s\S]*?(\n\n<!-- end of table -->)/;

const COLUMNS = {
  kind: 'Kind',
  name: 'Name',
  carries: 'Carries',
  writer: 'Written by',
  reader: 'Read by',
  since: 'Since',
  otherwise: 'A reader that finds nothing, or cannot read it',
} satisfies Record<keyof WireName, string>;

/** The same page with the table as it is to be; a page without such a table is left as it is. */
export function withWireTable(page: string): string {
  const fields = Object.keys(COLUMNS) as (keyof WireName)[];
  const rows = Object.values<WireName>(WIRE).map((name) =>
    fields.map((field) => (field === 'name' ? `\`${name.name}\`` : name[field])),
  );
  const titles = Object.values(COLUMNS);
  const widths = titles.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  const table = [line(titles), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
  return page.replace(BLOCK, `$1${table}$2`);
}
