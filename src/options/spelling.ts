/** Suggestions for misspelt names. */

/** `; did you mean 'this'?`, or a full stop if no valid name is near. */
export function didYouMean(
  field: string,
  valid: readonly string[],
  otherSpellings: Record<string, string> = {},
): string {
  const nearest = nearestTo(field, valid, otherSpellings);
  return nearest === undefined ? '.' : `; did you mean '${nearest}'?`;
}

/** The valid name that `field` may stand for. Undefined if none is near. */
export function nearestTo(
  field: string,
  valid: readonly string[],
  otherSpellings: Record<string, string> = {},
): string | undefined {
  const spelt = Object.hasOwn(otherSpellings, field) ? otherSpellings[field]! : '';
  if (valid.includes(spelt)) return spelt;
  const edits = valid.map((name) => distance(field.toLowerCase(), name.toLowerCase()));
  const least = Math.min(...edits);
  return least <= field.length / 2 ? valid[edits.indexOf(least)] : undefined;
}

/**
 * The edit distance: how many characters must be changed, added or removed. It is implemented here
 * because Workflow bundles include it, and a library would be larger.
 */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 0; i < one.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < other.length; j++)
      next.push(Math.min(row[j]! + Number(one[i] !== other[j]), row[j + 1]! + 1, next[j]! + 1));
    row = next;
  }
  return row[other.length]!;
}
