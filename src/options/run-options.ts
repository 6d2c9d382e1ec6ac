/**
 * The option `cache` of a start or a child. It combines the mode of the run with the options for
 * caching the run itself.
 */
import { CacheOptionsError } from '../errors';
import { CALL_SITE_FIELDS, type CallSiteOptions, toCallSiteLayer } from './call-site';
import { type CacheMode, MODES, type RunControl } from '../wire/run-control';
import { readControl } from './run-control';
import type { CacheBehavior } from './cache-options';
import { OTHER_SPELLINGS } from './layer';
import { rejectUnknown } from './check';

/** The fields of both kinds. */
export type RunCache = Partial<RunControl> & CallSiteOptions;

/**
 * `true`: cached as declared, or as `'auto'` if not declared. `false`: not cached. Or the name of a
 * behavior.
 */
export type RunCacheOption = RunCache | CacheBehavior | boolean;

const CONTROL_FIELDS = ['mode', 'activities'];

/**
 * Checks the option and splits it. `call` is set if the option contains anything about caching the
 * run itself.
 * @throws {CacheOptionsError} naming the field, and for an unknown field the nearest valid name
 */
export function splitCache(
  given: unknown,
  where: string,
): { control?: RunControl; call?: CallSiteOptions | true } {
  if (given === true) return { call: true };
  if (given === false || typeof given === 'string') {
    const behavior = (given === false ? 'disable' : given) as CacheBehavior;
    toCallSiteLayer(behavior, `${where}, cache`);
    return { call: { behavior } };
  }
  if (typeof given !== 'object' || given === null) {
    throw new CacheOptionsError(
      `${where}: cache must be true, false, a behavior, or an object like { mode: 'overwrite' }`,
    );
  }
  rejectUnknown(given, [...CONTROL_FIELDS, ...CALL_SITE_FIELDS], `${where}, cache`, {
    ...OTHER_SPELLINGS,
    overwrite_cache: 'mode',
    overwrite: 'mode',
  });
  const { mode, activities, ...call } = given as RunCache;
  const says = Object.values(call).some((value) => value !== undefined);
  if (says) toCallSiteLayer(call, `${where}, cache`);
  if (activities !== undefined && mode === undefined)
    throw new CacheOptionsError(`${where}, cache: 'activities' limits a mode: give 'mode' beside it`);
  return {
    ...((mode !== undefined || activities !== undefined || !says) && {
      control: toControl(mode, activities, where),
    }),
    ...(says && { call }),
  };
}

function toControl(mode: CacheMode = 'use', activities: RunControl['activities'], where: string): RunControl {
  const { control, problem } = readControl({ mode, activities });
  if (control !== undefined) return control;
  throw new CacheOptionsError(`${where}: cache: ${problem} (modes: ${MODES.join(', ')})`);
}
