import { CacheOptionsError } from '../errors';
import { didYouMean } from './spelling';

export { didYouMean, nearestTo } from './spelling';

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
