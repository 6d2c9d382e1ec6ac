/**
 * Options that another option replaces. Set beside it, or in a higher layer, they would silently
 * have no effect.
 */
import type { CacheLayer, CacheOptions } from './cache-options';

const DISPLACED = [
  ['version', 'policies', `set behavior 'auto' beside the policies, or remove the version`],
  ['key', 'ignoredInputs', `let the key function leave them out`],
  ['key', 'hashInputs', `let the key function hash them`],
] as const satisfies readonly [keyof CacheOptions, keyof CacheOptions, string][];

/**
 * The problem with `layers`, which are sorted by precedence, the highest first. Undefined if there
 * is none. A layer may override lower layers.
 * @param behavior - the resulting behavior. A version only counts with `'override'`.
 */
export function displacedProblem(
  layers: readonly CacheLayer[],
  behavior: CacheLayer['behavior'],
): string | undefined {
  for (const [by, field, advice] of DISPLACED) {
    if (behavior === 'disable' || (by === 'version' && behavior === 'auto')) continue;
    const displacing = layers.findIndex((layer) => layer[by] !== undefined);
    const displaced = layers.findIndex((layer) => says(layer[field]));
    if (displaced === -1 || displaced > displacing) continue;
    return displaced === displacing
      ? `'${by}' replaces '${field}': give only one of them`
      : `'${field}' would have no effect, because a lower layer sets '${by}', which replaces it: ${advice}`;
  }
  return undefined;
}

const says = (value: object | undefined): boolean => value !== undefined && Object.keys(value).length > 0;
