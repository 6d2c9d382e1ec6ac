/** Tables in plain text. A pipe gets the same layout as a terminal. */
import width from 'string-width';
import { shorten } from './format';
import { paint, type Piece } from './paint';

export interface Column<Row> {
  head?: string;
  cell: (row: Row) => Piece;
  /** Whether the column is aligned to the right, as numbers are. */
  right?: boolean;
}

const GAP = '  ';

/** @param shownAs - renders a cell as one line without foreign control characters */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  shownAs: (piece: Piece) => string,
): string {
  const cellOf = (piece: Piece) => {
    const text = shownAs(piece);
    return { text, width: width(text) };
  };
  const lines = rows.map((row) => columns.map(({ cell }) => cellOf(cell(row))));
  if (columns.some(({ head }) => head !== undefined))
    lines.unshift(columns.map(({ head = '' }) => cellOf(paint('dim', head))));
  const widths = columns.map((_, i) => lines.reduce((widest, line) => Math.max(widest, line[i]!.width), 0));
  const padded = (cell: { text: string; width: number }, i: number) => {
    const pad = ' '.repeat(widths[i]! - cell.width);
    return columns[i]!.right ? pad + cell.text : cell.text + pad;
  };
  return lines.map((line) => `${line.map(padded).join(GAP).trimEnd()}\n`).join('');
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
