/** Loads the Activities of a project from a file. */
import { existsSync } from 'node:fs';
import { UsageError } from './errors';
import { load } from './module';

type Fn = (...args: never[]) => unknown;

const USUAL = ['src/activities', 'src/activities/index', 'activities', 'lib/activities', 'dist/activities'];

/**
 * The file with the Activities, where none is named.
 * @param advice - what to do if there is no such file
 * @throws {UsageError}
 */
export function usualFile(advice: string): string {
  const files = USUAL.flatMap((path) => ['.ts', '.mts', '.js', '.mjs'].map((end) => path + end));
  const found = files.find((path) => existsSync(path));
  if (found === undefined) throw new UsageError(advice);
  return found;
}

/**
 * The functions that a file exports, also in objects, by their names.
 * @throws {Failure} if the file cannot be loaded
 */
export async function activitiesIn(operand: string): Promise<Record<string, Fn>> {
  const loaded = await load(operand, operand);
  const found: Record<string, Fn> = {};
  const add = (exported: object) => {
    for (const [name, value] of Object.entries(exported))
      if (typeof value === 'function' && !/^class\b/.test(Function.prototype.toString.call(value)))
        found[name] = value as Fn;
  };
  add(loaded);
  for (const value of Object.values(loaded)) if (typeof value === 'object' && value !== null) add(value);
  return found;
}
