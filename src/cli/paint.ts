/** Colours as commands ask for them. The screen puts them on, after it has cleaned the text. */
export type Color = 'dim' | 'green' | 'yellow' | 'red' | 'magenta';

export interface Painted {
  readonly text: string;
  readonly color: Color;
}

/** Part of a line, or a cell of a table. */
export type Piece = string | Painted;

export const paint = (color: Color, text: string): Painted => ({ text, color });
