/** Names that were misspelt. */
import { closest, distance } from 'fastest-levenshtein';

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
  const lowered = valid.map((name) => name.toLowerCase());
  const closestLowered = closest(field.toLowerCase(), lowered);
  const near = distance(field.toLowerCase(), closestLowered) <= field.length / 2;
  return near ? valid[lowered.indexOf(closestLowered)] : undefined;
}
