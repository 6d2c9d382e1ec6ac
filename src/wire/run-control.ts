/** What a run may read and write, as it travels: in a header, or in the memo. */
import type { Payload } from '@temporalio/common';
import { readJson, writeJson } from './headers';

/**
 * - `'use'`: read and write
 * - `'overwrite'`: do not read, run, store; what this run itself has stored counts as fresh
 * - `'readonly'`: read, never write
 * - `'off'`: neither
 */
export type CacheMode = 'use' | 'overwrite' | 'readonly' | 'off';

export const MODES = ['use', 'overwrite', 'readonly', 'off'] as const satisfies readonly CacheMode[];

/** How a run, and all that runs below it, uses the cache. */
export interface RunControl {
  mode: CacheMode;
  /** Activity types, `*` standing for any text: the mode holds only for these. Default: all. */
  activities?: readonly string[];
}

/** The same on its way down: with the run whose overwritten values count as fresh. */
export type TravellingControl = RunControl & { run?: string };

const MAX_HELD = 100;

/** Never throws: what is no list of keys says nothing. */
export function readHeld(payload: Payload | null | undefined): readonly string[] {
  const held = readJson(payload);
  return Array.isArray(held) ? held.filter((key) => typeof key === 'string').slice(0, MAX_HELD) : [];
}

export const writeHeld = (held: readonly string[]): Payload => writeJson(held.slice(-MAX_HELD));

export function writeHeader(control: TravellingControl): Payload {
  return writeJson(control);
}

/** What holds for one Activity type. */
export function modeFor(control: RunControl | undefined, activityType: string): CacheMode {
  if (control === undefined) return 'use';
  const { mode, activities } = control;
  return activities === undefined || activities.some((pattern) => matches(pattern, activityType))
    ? mode
    : 'use';
}

/** Greedy from the left, piece by piece: never more work than text times pattern. */
function matches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === text;
  const last = rest.pop()!;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false;
  let from = first.length;
  for (const piece of rest) {
    const at = text.indexOf(piece, from);
    if (at === -1) return false;
    from = at + piece.length;
  }
  return from <= text.length - last.length;
}
