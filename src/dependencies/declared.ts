/**
 * The part of a declaration that is data: what a look-up on another Worker needs to compute the
 * same keys, and to decide whether an entry is valid. Functions cannot be sent, so calls of an
 * Activity or a Workflow that is declared with functions are left to its own Worker.
 */
import { isDeepStrictEqual } from 'node:util';
import type { CacheLayer } from '../options/cache-options';
import { type AnyFunction, locateInputs, merge } from '../policy/resolve';

/** The declaration without its version, which the call carries. `ignoredInputs` are indexes. */
export type Declared = Pick<
  CacheLayer,
  'salt' | 'ignoredInputs' | 'parameters' | 'ttlMs' | 'serialize' | 'signature'
>;

/**
 * @param layers - highest precedence first
 * @returns undefined if the declaration is more than data
 */
export function declaredBy(layers: readonly CacheLayer[], fn: AnyFunction): Declared | undefined {
  const merged = merge(layers);
  const { key, hashInputs = {}, tags, hitIf, salt, ttlMs, serialize, signature } = merged;
  const inputs = locateInputs(merged, fn);
  const hasFunctions =
    key !== undefined ||
    hitIf !== undefined ||
    Object.keys(hashInputs).length > 0 ||
    typeof tags === 'function';
  return hasFunctions || inputs === undefined ? undefined : { salt, ...inputs, ttlMs, serialize, signature };
}

/** The common value. Undefined if one value is unknown, if values differ, or if there are none. */
export function sameOf<T>(all: readonly (T | undefined)[]): T | undefined {
  const [first, ...others] = all;
  return others.every((one) => isDeepStrictEqual(one, first)) ? first : undefined;
}
