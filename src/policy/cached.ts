/** Wrapping: options attached to the function itself, which stays unchanged. */
import { isDeepStrictEqual } from 'node:util';
import { CacheOptionsError } from '../errors';
import type { CacheLayer, CacheShorthand, InferredFrom, Wrappable } from '../options/cache-options';
import { functionName } from '../options/function-name';
import { toLayer } from '../options/layer';
import { type AnyFunction, merge, namesIn, resolvePolicy } from './resolve';

/** The options that a function carries: its own, and those of its group. */
export interface Wrapping {
  own?: CacheLayer;
  group?: CacheLayer;
}

// A registered symbol, so that two copies of this package in one process share wrappings.
const WRAPPING = Symbol.for('temporal-activity-cache/wrapping');

/**
 * Caches an Activity: with the same version and the same inputs, the body does not run again, in
 * any Workflow and on any Worker.
 *
 * @example
 * The version comes from the function's code. The name of the experiment is left out of the key.
 * ```ts
 * export const trainModel = cached(
 *   { behavior: 'auto', serialize: true, ignoredInputs: 'experimentName', ttl: '30 days' },
 *   async (data: Dataset, params: Params, experimentName: string) => fit(data, params),
 * );
 * ```
 *
 * @example
 * The version is set by hand: another version is another entry.
 * ```ts
 * export const loadDataset = cached({ version: '2' }, async (name: string) => download(name));
 * ```
 *
 * @param options - {@link CacheOptions}, or `'auto'` (= `true`), `'disable'` (= `false`)
 * @param fn - The Activity. It is returned as it is, with the options attached. Called directly, it
 * is the plain function.
 * @throws {@link CacheOptionsError} for invalid options, for unknown parameter names, for a
 *   function that is already wrapped with other options, and with `'auto'` for a function whose
 *   source cannot be read (bound, native)
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see InferredFrom
export function cached<F extends Wrappable, A extends any[] = never[], R = any>(
  options: CacheShorthand<InferredFrom<A, R>>,
  fn: F & ((...args: A) => R),
): F {
  const where = `cached('${functionName(fn)}')`;
  return attach(fn, 'own', toLayer(options as CacheShorthand, where), where);
}

/**
 * Caches every Activity of a group, like Flyte's environment-level default. The options of
 * {@link cached} take precedence over those of the group.
 *
 * @example
 * ```ts
 * export const activities = cachedAll('auto', { loadDataset, preprocess, trainModel });
 * await Worker.create({ connection, taskQueue, workflowsPath, activities, plugins: [cache] });
 * ```
 *
 * @param options - Defaults for every Activity in the group that does not set its own
 * @param activities - The group, as it is given to `Worker.create`. It is returned as it is.
 *   Members that are not functions are left alone.
 * @throws {@link CacheOptionsError} as {@link cached} does. A parameter name that no function of
 *   the group has is unknown.
 */
export function cachedAll<A extends object>(options: CacheShorthand, activities: A): A {
  if (typeof activities !== 'object' || activities === null)
    throw new CacheOptionsError(
      "cachedAll: the group must be an object, and come second: cachedAll('auto', group)",
    );
  const layer = toLayer(options, 'cachedAll');
  const members = Object.entries(activities).filter(
    (entry): entry is [string, AnyFunction] => typeof entry[1] === 'function',
  );
  if (members.length === 0) {
    throw new CacheOptionsError(
      'cachedAll: the group has no functions of its own (a Worker does not see methods of a class either)',
    );
  }
  for (const [name, fn] of members) attach(fn, 'group', layer, `cachedAll(… '${name}')`);
  const unknown = members.map(([, fn]) => {
    // Only names are checked here. The function's own options may make names known. Its version
    // does not matter.
    const layers = [{ ...layer, behavior: 'disable' as const }, ...layersOf(wrappingOf(fn))];
    return resolvePolicy(layers, fn, 'cachedAll', 'lenient').unknownInputs;
  });
  const unused = namesIn(layer).filter((path) => unknown.every((paths) => paths.includes(path)));
  if (unused.length > 0) {
    throw new CacheOptionsError(
      `cachedAll: no Activity of the group has a parameter '${unused.join(`', '`)}'`,
    );
  }
  return activities;
}

/** The options that were attached to `fn`, if any. */
export function wrappingOf(fn: AnyFunction): Wrapping | undefined {
  return (fn as { [WRAPPING]?: Wrapping })[WRAPPING];
}

/** Whether the options of the function itself cache it. */
export const isCachedByItself = (fn: AnyFunction): boolean => {
  const layers = layersOf(wrappingOf(fn));
  return layers.length > 0 && merge(layers).behavior !== 'disable';
};

function attach<F extends AnyFunction>(fn: F, level: keyof Wrapping, layer: CacheLayer, where: string): F {
  if (typeof fn !== 'function') throw new CacheOptionsError(`${where}: there is no function to wrap`);
  const before = wrappingOf(fn);
  const existing = before?.[level];
  if (existing !== undefined) {
    if (isDeepStrictEqual(existing, layer)) return fn;
    throw new CacheOptionsError(`${where}: this function is already wrapped, with other options`);
  }
  const wrapping = { ...before, [level]: layer };
  // A group's ignored names need not exist in each of its functions. A function's own names must.
  if (level === 'own') resolvePolicy([layer], fn, where, 'strict');
  resolvePolicy(layersOf(wrapping), fn, where, 'lenient');
  Object.defineProperty(fn, WRAPPING, { value: wrapping, configurable: true });
  return fn;
}

/** The layers, from the highest precedence to the lowest. */
export function layersOf(wrapping: Wrapping | undefined): CacheLayer[] {
  return [wrapping?.own, wrapping?.group].filter((layer) => layer !== undefined);
}
