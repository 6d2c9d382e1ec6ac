/**
 * What this package uses of `@temporalio/worker` that is not documented: the options of a Worker as the SDK has compiled
 * them. Without one of them keys and results could be wrong, so the Worker does not start.
 */
import type { Worker } from '@temporalio/worker';
import { CacheOptionsError } from '../errors';

type Compiled = Worker['options'];

const PARTS: readonly [name: string, isThere: (options: Compiled) => boolean][] = [
  // Decodes arguments and encodes results, as the SDK does.
  ['loadedDataConverter', ({ loadedDataConverter }) => loadedDataConverter?.payloadConverter !== undefined],
  // The Activities of all plugins, of which each is asked whether it is cached.
  ['activities', ({ activities }) => activities instanceof Map],
  // Read at each task, so that the cache can be put innermost.
  ['interceptors.activity', ({ interceptors }) => Array.isArray(interceptors?.activity)],
];

/** @throws {CacheOptionsError} naming what this version of the SDK lacks */
export function compiledOptionsOf({
  options,
}: Pick<Worker, 'options'>): Pick<Compiled, 'loadedDataConverter' | 'activities' | 'interceptors'> {
  const missing = PARTS.filter(([, isThere]) => !isThere(options)).map(([name]) => name);
  if (missing.length === 0) return options;
  throw new CacheOptionsError(
    `CachePlugin: this version of @temporalio/worker has no ${missing.join(', ')}; install one of ^1.24.0`,
  );
}
