/** Names that were misspelt. */

/** `; did you mean 'this'?`, or a full stop where nothing is near. */
export function didYouMean(
  field: string,
  valid: readonly string[],
  otherSpellings: Record<string, string> = {},
): string {
  const nearest = nearestTo(field, valid, otherSpellings);
  return nearest === undefined ? '.' : `; did you mean '${nearest}'?`;
}

/** The valid name that `field` may stand for; undefined where none is near. */
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

/** How many characters have to be changed, added or left out. Workflow code takes this in: a library would weigh more. */
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
