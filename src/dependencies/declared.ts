/**
 * How an Activity or a Workflow is declared, as far as it can travel: what a look-up on another Worker needs to find the same keys, and to judge what it
 * finds. Functions cannot travel: calls of what has them are left to their own Worker.
 */
import { isDeepStrictEqual } from 'node:util';
import type { CacheLayer } from '../options/cache-options';
import { type AnyFunction, locateInputs, merge } from '../policy/resolve';

/** Beside a version, which the call says itself. `ignoredInputs` go by index. */
export type Declared = Pick<
  CacheLayer,
  'salt' | 'ignoredInputs' | 'parameters' | 'ttlMs' | 'serialize' | 'signature'
>;

/**
 * @param layers - highest precedence first
 * @returns undefined where it is more than data
 */
export function declaredBy(layers: readonly CacheLayer[], fn: AnyFunction): Declared | undefined {
  const merged = merge(layers);
  const { key, hashInputs = {}, tags, salt, ttlMs, serialize, signature } = merged;
  const inputs = locateInputs(merged, fn);
  const hasFunctions = key !== undefined || Object.keys(hashInputs).length > 0 || typeof tags === 'function';
  return hasFunctions || inputs === undefined ? undefined : { salt, ...inputs, ttlMs, serialize, signature };
}

/** What all say alike; undefined where one does not know, where they differ, and where there is nobody. */
export function sameOf<T>(all: readonly (T | undefined)[]): T | undefined {
  const [first, ...others] = all;
  return others.every((one) => isDeepStrictEqual(one, first)) ? first : undefined;
}
