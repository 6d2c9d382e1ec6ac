/** Options that another option takes the place of: said beside it, or above it, they would silently have no effect. */
import type { CacheLayer, CacheOptions } from './cache-options';

const DISPLACED = [
  ['version', 'policies', `say behavior 'auto' beside the policies, or leave the version out`],
  ['key', 'ignoredInputs', `let the key leave them out`],
  ['key', 'hashInputs', `let the key hash them`],
] as const satisfies readonly [keyof CacheOptions, keyof CacheOptions, string][];

/**
 * What is wrong with `layers`, the highest precedence first; undefined if nothing is. A layer may override what lower ones say.
 * @param behavior - that results from them: a version counts for `'override'` alone
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
      ? `'${by}' takes the place of '${field}': give one of them`
      : `'${field}' would have no effect: a layer below gives a '${by}', which takes their place; ${advice}`;
  }
  return undefined;
}

const says = (value: object | undefined): boolean => value !== undefined && Object.keys(value).length > 0;
