/** Tables in plain text. A pipe gets the same layout as a terminal. */
import Table from 'cli-table3';
import { shorten } from './format';
import { paint, type Piece } from './paint';

export interface Column<Row> {
  head?: string;
  cell: (row: Row) => Piece;
  /** Whether the column is aligned to the right, as numbers are. */
  right?: boolean;
}

const LINES = ['top', 'bottom', 'mid', 'left', 'right'].flatMap((side) =>
  ['', '-mid', '-left', '-right'].map((corner) => [`${side}${corner}`, ''] as const),
);
const NO_LINES = Object.fromEntries([...LINES, ['middle', '']]);

/** @param shownAs - renders a cell as one line without foreign control characters */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  shownAs: (piece: Piece) => string,
): string {
  const layout = new Table({
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    colAligns: columns.map(({ right }) => (right ? 'right' : 'left')),
  });
  if (columns.some(({ head }) => head !== undefined))
    layout.push(columns.map(({ head = '' }) => shownAs(paint('dim', head))));
  layout.push(...rows.map((row) => columns.map(({ cell }) => shownAs(cell(row)))));
  return layout
    .toString()
    .split('\n')
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

interface Placed {
  scope?: string;
  namespace?: string;
}

/** Columns for the scope and the namespace, each only if the rows have more than one value. */
export const differing = (rows: readonly Placed[]): Column<Placed>[] =>
  (['scope', 'namespace'] as const)
    .filter((place) => rows.some((row) => row[place] !== rows[0]![place]))
    .map((place) => ({
      head: place.toUpperCase(),
      cell: ({ [place]: name }) => (name === '' ? `''` : shorten(name ?? '', 30)),
    }));
