import { CacheOptionsError } from '../errors';
import { didYouMean } from './spelling';

export { didYouMean, nearestTo } from './spelling';

/**
 * Rejects a value that is not an object, and unknown fields, naming the nearest valid one. A
 * misspelt option must not be ignored silently.
 * @param otherSpellings - the names of our fields in other systems
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
