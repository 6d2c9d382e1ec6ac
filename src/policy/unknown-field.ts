import { closest, distance } from 'fastest-levenshtein';
import { CacheOptionsError } from '../errors';

/**
 * Refuses what is no object, and fields that do not exist, naming the nearest that does: a misspelt option must not be silently
 * without effect.
 * @param otherSpellings - what other systems call our fields
 * @throws {CacheOptionsError}
 */
export function rejectUnknown(
  given: object,
  valid: readonly string[],
  where: string,
  otherSpellings: Record<string, string> = {},
): void {
  if (typeof given !== 'object' || given === null) {
    throw new CacheOptionsError(`${where}: the options must be an object`);
  }
  for (const field of Object.keys(given)) {
    if (valid.includes(field)) continue;
    throw new CacheOptionsError(
      `${where}: unknown field '${field}'${didYouMean(field, valid, otherSpellings)} Valid: ${valid.join(', ')}`,
    );
  }
}

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
