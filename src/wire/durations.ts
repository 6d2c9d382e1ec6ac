/** Times in words, as people read them in the command line and in Temporal's UI. */

/** The number with the digits that are shown. Rounded first, so that 1,000 kB becomes 1 MB. */
export const brief = (value: number): string =>
  value < 9.95 ? value.toFixed(1).replace(/\.0$/, '') : String(Math.round(value));

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The duration: `3.4 ms`, `27 ms`, `3.4 s`, `2 min 5 s`, `3 h 12 min`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return ms > 0 && ms < 0.05 ? '<0.1 ms' : `${brief(ms)} ms`;
  if (ms < 59_950) return `${(ms / SECOND).toFixed(1)} s`;
  const seconds = Math.round(ms / SECOND);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(ms / MINUTE);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const UNITS = [
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
] as const;

const inWords = new Intl.RelativeTimeFormat('en');

/** The age in words: `5 seconds ago`, `3 days ago`. A negative age is that of another clock: 0. */
export function formatAgo(ms: number): string {
  const [unit, length] = UNITS.find(([, one]) => ms >= 2 * one) ?? (['second', SECOND] as const);
  return inWords.format(-Math.round(Math.max(0, ms) / length), unit);
}
