/** The run control: what a run may read and write. It travels in a header or in the memo. */
import type { Payload } from '@temporalio/common';
import { readJson, writeJson } from './headers';

/**
 * How a run uses the cache. A mode reaches everything below the run: Activities, children,
 * continue-as-new and retries.
 *
 * - `'use'`: the run reads and writes the cache, which is the default.
 * - `'overwrite'`: the run reads nothing, and its results replace the stored ones. Results that
 *   the same run has stored count as fresh: its retries do not compute them again.
 * - `'readonly'`: the run reads the cache and never writes to it.
 * - `'off'`: the run neither reads nor writes.
 *
 * @example
 * `'use'`: a child uses the cache although the run above it does not.
 * ```ts
 * await executeChild(child, { args, cache: { mode: 'use' } });
 * ```
 *
 * @example
 * `'overwrite'`: this run trains the models again, and reads everything else.
 * ```ts
 * await client.workflow.start(pipeline, {
 *   taskQueue, workflowId, args, cache: { mode: 'overwrite', activities: ['train*'] },
 * });
 * ```
 *
 * @example
 * `'readonly'`: an experiment takes what is there and leaves nothing behind.
 * ```ts
 * await client.workflow.start(pipeline, {
 *   taskQueue, workflowId, args, cache: { mode: 'readonly' },
 * });
 * ```
 *
 * @example
 * `'off'`: every Activity below this run runs, and nothing is stored.
 * ```ts
 * await client.workflow.start(pipeline, {
 *   taskQueue, workflowId, args, cache: { mode: 'off' },
 * });
 * ```
 */
export type CacheMode = 'use' | 'overwrite' | 'readonly' | 'off';

export const MODES = ['use', 'overwrite', 'readonly', 'off'] as const satisfies readonly CacheMode[];

/** How a run, and everything that runs below it, uses the cache. */
export interface RunControl {
  /**
   * How the run uses the cache: `'use'`, `'overwrite'`, `'readonly'` or `'off'`. See
   * {@link CacheMode}.
   */
  mode: CacheMode;
  /** The Activity types that the mode applies to. `*` matches any text. Default: all. */
  activities?: readonly string[];
}

/** The control as it is passed down, with the run whose overwritten values count as fresh. */
export type TravellingControl = RunControl & { run?: string };

const MAX_HELD = 100;

/** Never throws: a header that is not a list of keys is ignored. */
export function readHeld(payload: Payload | null | undefined): readonly string[] {
  const held = readJson(payload);
  return Array.isArray(held) ? held.filter((key) => typeof key === 'string').slice(0, MAX_HELD) : [];
}

export const writeHeld = (held: readonly string[]): Payload => writeJson(held.slice(-MAX_HELD));

export function writeHeader(control: TravellingControl): Payload {
  return writeJson(control);
}

/** The mode that applies to one Activity type. */
export function modeFor(control: RunControl | undefined, activityType: string): CacheMode {
  if (control === undefined) return 'use';
  const { mode, activities } = control;
  return activities === undefined || activities.some((pattern) => matches(pattern, activityType))
    ? mode
    : 'use';
}

/**
 * Matches greedily from the left, part by part. The work is never more than the length of the text
 * times that of the pattern.
 */
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
