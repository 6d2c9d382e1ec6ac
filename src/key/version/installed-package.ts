/**
 * The policy that watches the version of an installed package: selects the installed copy, and
 * reads its package.json.
 */
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { debuglog } from 'node:util';
import { CacheOptionsError } from '../../errors';
import { rejectUnknown } from '../../options/check';
import type { CachePolicy } from '../../options/version-policy';

/** Where {@link packageVersion} looks for the package. */
export interface PackageVersionOptions {
  /**
   * The file or folder from which the package is resolved, as `require` and `import` do:
   * `__filename`, `import.meta.url`. Default: the file that calls `packageVersion`.
   */
  from?: string | URL;
}

/** `NODE_DEBUG=activity-cache` shows which package.json was read. */
const debug = debuglog('activity-cache');

/**
 * The version of an installed package. The copy is the one that the file that calls this function
 * would import, or the file `from`. The version is read once.
 * @throws {@link CacheOptionsError} for an invalid name or an invalid `from`. If the package is not
 *   installed, the policy throws, and the call runs with `bypassed: policy-error`
 */
export function packageVersion(name: string, options: PackageVersionOptions = {}): CachePolicy {
  if (typeof name !== 'string' || name === '')
    throw new CacheOptionsError('packageVersion: give the name of a package');
  rejectUnknown(options, ['from'], 'packageVersion');
  const from = options.from === undefined ? callerOf(packageVersion) : toPath(options.from);
  let known: string | undefined;
  const getVersion = () => (known ??= readPackageVersion(name, from));
  return {
    name: `packageVersion/1 ${name}`,
    getVersion,
    getPieces: () => ({ [`package ${name}`]: getVersion() }),
  };
}

function readPackageVersion(name: string, from: string): string {
  for (const folder of createRequire(from).resolve.paths(name) ?? []) {
    const manifest = join(folder, ...name.split('/'), 'package.json');
    const version = readVersion(manifest);
    if (version === undefined) continue;
    debug('packageVersion %s, asked for by %s: %s, of %s', name, from, version, manifest);
    return version;
  }
  throw new Error(
    `Package version not found: '${name}' is not installed where ${from} finds it; packageVersion(name, { from }) looks from another file`,
  );
}

function readVersion(manifest: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(manifest, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  let version: unknown;
  try {
    ({ version } = JSON.parse(text) as { version?: unknown });
  } catch (cause) {
    throw new Error(`Package version not found: ${manifest} is no JSON`, { cause });
  }
  if (typeof version !== 'string') throw new Error(`Package version not found: ${manifest} has no version`);
  return version;
}

/** A file for `createRequire`. A folder becomes its package.json, even if there is none. */
function toPath(from: string | URL): string {
  let path: unknown = from;
  try {
    if (from instanceof URL || from.startsWith('file:')) path = fileURLToPath(from);
  } catch {
    // not a path: the error is thrown below
  }
  if (typeof path !== 'string' || !isAbsolute(path)) {
    throw new CacheOptionsError(
      'packageVersion: from must be an absolute path or a file URL, like __filename or import.meta.url',
    );
  }
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? join(path, 'package.json') : path;
}

/**
 * The file in which `callee` was called. Without a file (in a REPL, with `node -e`) it is
 * package.json in the working directory.
 */
function callerOf(callee: (...args: never[]) => unknown): string {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- only put back
  const { prepareStackTrace, stackTraceLimit } = Error;
  const holder: { stack?: unknown } = {};
  try {
    Error.stackTraceLimit = 1;
    Error.prepareStackTrace = (_error, [frame]) => frame?.getFileName();
    Error.captureStackTrace(holder, callee);
    const file = holder.stack; // computed at the first read
    if (typeof file === 'string' && (isAbsolute(file) || file.startsWith('file:'))) return toPath(file);
  } finally {
    Object.assign(Error, { prepareStackTrace, stackTraceLimit });
  }
  return join(process.cwd(), 'package.json');
}
