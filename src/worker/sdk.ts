/**
 * The undocumented parts of `@temporalio/worker` that this package uses: the options of a Worker as
 * the SDK has compiled them. Without one of them keys and results could be wrong, so the Worker
 * does not start.
 */
import type { Worker } from '@temporalio/worker';
import { CacheOptionsError } from '../errors';

type Compiled = Worker['options'];

const PARTS: readonly [name: string, isThere: (options: Compiled) => boolean][] = [
  // The converter decodes arguments and encodes results, as the SDK does.
  ['loadedDataConverter', ({ loadedDataConverter }) => loadedDataConverter?.payloadConverter !== undefined],
  // The Activities of all plugins. Each is checked for whether it is cached.
  ['activities', ({ activities }) => activities instanceof Map],
  // The SDK reads this list at each task, so the cache can be moved to the innermost place.
  ['interceptors.activity', ({ interceptors }) => Array.isArray(interceptors?.activity)],
];

/** @throws {CacheOptionsError} naming the parts that this version of the SDK does not have */
export function compiledOptionsOf({
  options,
}: Pick<Worker, 'options'>): Pick<Compiled, 'loadedDataConverter' | 'activities' | 'interceptors'> {
  const missing = PARTS.filter(([, isThere]) => !isThere(options)).map(([name]) => name);
  if (missing.length === 0) return options;
  throw new CacheOptionsError(
    `CachePlugin: this version of @temporalio/worker has no ${missing.join(', ')}. Install a version of ^1.24.0`,
  );
}
