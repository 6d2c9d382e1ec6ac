/** The states of bars: each has a glyph and a word, so that colours say nothing alone. */
import type { Span } from '../../report/timeline';
import type { CacheReportRow } from '../../wire/report-rows';
import type { CacheStatus } from '../../wire/outcome';

export type State = CacheStatus | 'uncached' | 'failed' | 'running' | 'waiting' | 'unfinished';

interface Look {
  glyph: string;
  word: string;
  meaning: string;
}

/** In the order of the legend. */
export const STATES: Readonly<Record<State, Look>> = {
  hit: { glyph: '✓', word: 'hit', meaning: 'the value came from the cache' },
  joined: { glyph: '⇄', word: 'joined', meaning: 'it waited, and took the value of the call that ran' },
  stored: { glyph: '+', word: 'stored', meaning: 'it ran, and its value was stored' },
  unstored: { glyph: '○', word: 'unstored', meaning: 'it ran, and its value was not stored' },
  bypassed: { glyph: '–', word: 'bypassed', meaning: 'the cache had no part' },
  unknown: { glyph: '?', word: 'unknown', meaning: 'the history does not say' },
  uncached: { glyph: '▫', word: 'no cache', meaning: 'it has no policy, or its result cannot be read here' },
  failed: { glyph: '×', word: 'failed', meaning: 'it ended without a result' },
  running: { glyph: '▸', word: 'running', meaning: 'it had not ended when this page was written' },
  waiting: { glyph: '⋯', word: 'waiting', meaning: 'it still waited for another call' },
  unfinished: { glyph: '▹', word: 'unfinished', meaning: 'it had not ended when the run did' },
};

export function stateOf(span: Span, row: CacheReportRow | undefined, isRunOpen: boolean): State {
  if (row !== undefined) return row.status;
  if (span.end === 'completed') return 'uncached';
  if (span.end !== undefined) return 'failed';
  if (!isRunOpen) return 'unfinished';
  return span.waits.at(-1)?.toMs === undefined && span.waits.length > 0 ? 'waiting' : 'running';
}

/** The word of a state. A call that failed says how it ended. */
export const wordOf = (state: State, { end }: Pick<Span, 'end'>): string =>
  state === 'failed' && end !== undefined ? end : STATES[state].word;

/** The states that occur, in the order of the legend. */
export const statesIn = (states: readonly State[]): State[] =>
  (Object.keys(STATES) as State[]).filter((state) => states.includes(state));
