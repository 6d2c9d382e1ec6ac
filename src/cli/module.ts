/** Loads modules of the user's project that the command line names. */
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from './errors';

/**
 * What a module exports, by name.
 * @param path - TypeScript is loaded by the tsx of the project, or by Node itself
 * @param said - how messages name the module
 * @throws {Failure} if it cannot be loaded
 */
export async function load(path: string, said: string): Promise<Record<string, unknown>> {
  if (/\.[cm]?tsx?$/.test(path)) await loadTypeScript(said);
  try {
    return (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure(`${said} cannot be loaded: ${why}`, undefined, { cause });
  }
}

/** The default export. Undefined if the module has none. @throws {Failure} as {@link load} */
export async function defaultExportOf(path: string, said: string): Promise<unknown> {
  const { default: found } = await load(path, said);
  return (found as { default?: unknown } | null | undefined)?.default ?? found; // CommonJS: one level deeper
}

/** The loader of the project, as `node --import tsx`. */
async function loadTypeScript(said: string): Promise<void> {
  const { resolve: find } = createRequire(join(process.cwd(), 'package.json'));
  try {
    await import(pathToFileURL(find('tsx')).href);
  } catch (cause) {
    if ((process.features as { typescript?: unknown }).typescript) return; // Node's own
    const fix = 'install tsx in the project, or name the compiled file';
    throw new Failure(`${said} is TypeScript`, fix, { cause });
  }
}
