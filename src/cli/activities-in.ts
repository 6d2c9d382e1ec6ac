/** Loads the Activities of a project from a file. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure, UsageError } from './errors';

type Fn = (...args: never[]) => unknown;

const USUAL = ['src/activities', 'src/activities/index', 'activities', 'lib/activities', 'dist/activities'];

/** The file with the Activities, where none is named. @throws {UsageError} */
export function usualFile(): string {
  const files = USUAL.flatMap((path) => ['.ts', '.mts', '.js', '.mjs'].map((end) => path + end));
  const found = files.find((path) => existsSync(path));
  if (found === undefined) throw new UsageError('name the FILE that exports the Activities');
  return found;
}

/**
 * The functions that a file exports, also in objects, by their names.
 * @throws {Failure} if the file cannot be loaded
 */
export async function activitiesIn(operand: string): Promise<Record<string, Fn>> {
  if (/\.[cm]?tsx?$/.test(operand)) await loadTypeScript(operand);
  let loaded: Record<string, unknown>;
  try {
    loaded = (await import(pathToFileURL(resolve(operand)).href)) as Record<string, unknown>;
  } catch (cause) {
    throw new Failure(`${operand} cannot be loaded: ${(cause as Error).message}`, undefined, { cause });
  }
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

/** The loader of the project, as `node --import tsx`. */
async function loadTypeScript(operand: string): Promise<void> {
  const { resolve: find } = createRequire(join(process.cwd(), 'package.json'));
  try {
    await import(pathToFileURL(find('tsx')).href);
  } catch (cause) {
    if ((process.features as { typescript?: unknown }).typescript) return; // Node's own
    const fix = 'install tsx in the project, or name the compiled file';
    throw new Failure(`${operand} is TypeScript`, fix, { cause });
  }
}
