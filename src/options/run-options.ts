/** The option `cache` of a start or a child: what holds below the run, and how it is cached itself, in one. */
import { CacheOptionsError } from '../errors';
import { CALL_SITE_FIELDS, type CallSiteOptions, toCallSiteLayer } from './call-site';
import { type CacheMode, MODES, type RunControl } from '../wire/run-control';
import { readControl } from './run-control';
import type { CacheBehavior } from './cache-options';
import { OTHER_SPELLINGS } from './layer';
import { rejectUnknown } from './check';

/** Both kinds of fields. */
export type RunCache = Partial<RunControl> & CallSiteOptions;

/** `true`: cached, as it is declared, and `'auto'` where it is not; `false`: not cached; or the name of a behavior. */
export type RunCacheOption = RunCache | CacheBehavior | boolean;

const CONTROL_FIELDS = ['mode', 'activities'];

/**
 * Checks it, and takes it apart. `call` is there when it says anything of how the run itself is cached.
 * @throws {CacheOptionsError} naming the field, and for an unknown one the nearest valid name
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
