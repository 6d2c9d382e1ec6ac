/** Colours, as commands request them. The screen applies colours after it has cleaned the text. */
export type Color = 'dim' | 'green' | 'yellow' | 'red' | 'magenta';

export interface Painted {
  readonly text: string;
  readonly color: Color;
}

/** A part of a line, or a cell of a table. */
export type Piece = string | Painted;

export const paint = (color: Color, text: string): Painted => ({ text, color });
