/** The summaries that Temporal's UI shows beside events and on its timeline. */

/** The longest summary that Temporal shows, in characters. */
const MAX_SUMMARY = 200;

/** A summary that Temporal shows whole. */
export const shortened = (summary: string): string =>
  summary.length <= MAX_SUMMARY ? summary : `${[...summary].slice(0, MAX_SUMMARY / 2).join('')}…`;

/**
 * The verdict first, then the user's own summary, then as much of the rest as there is room for. A
 * long summary of the user's own stays alone.
 */
export function summaryOf(verdict: string, own: string | undefined, rest: readonly string[]): string {
  const parts = [verdict, own, ...rest].filter((part) => part !== undefined && part !== '');
  const kept = own === undefined ? 1 : 2;
  for (let end = parts.length; end >= kept; end--) {
    const text = parts.slice(0, end).join(' · ');
    if (text.length <= MAX_SUMMARY) return text;
  }
  return own ?? shortened(verdict);
}
