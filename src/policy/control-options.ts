import { CacheOptionsError } from '../errors';
import { type CacheMode, MODES, readControl, type RunControl } from './control';
import { rejectUnknown } from './unknown-field';

/**
 * Checks the option `cache` of a start.
 * @throws {CacheOptionsError} naming the field, and for an unknown one the nearest valid name
 */
export function toRunControl(given: unknown, where: string): RunControl {
  if (typeof given !== 'object' || given === null) {
    throw new CacheOptionsError(`${where}: cache must be an object like { mode: 'overwrite' }`);
  }
  rejectUnknown(given, ['mode', 'activities'], `${where}, cache`, {
    overwrite_cache: 'mode',
    overwrite: 'mode',
  });
  const { mode = 'use', activities } = given as { mode?: CacheMode; activities?: readonly string[] };
  const { control, problem } = readControl({ mode, activities });
  if (control !== undefined) return control;
  throw new CacheOptionsError(`${where}: cache: ${problem} (modes: ${MODES.join(', ')})`);
}
