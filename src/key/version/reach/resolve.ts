/** Where an import leads: to a loaded module, a package, a file that is not loaded, or Node. */
import { readFileSync, realpathSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { basename, dirname, extname, isAbsolute, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isOwnFile } from './own-package';
import { readManifest, targetsOf } from './package-targets';

export type Destination =
  | { kind: 'module'; path: string }
  /** A file that is not loaded as code: JSON, or code that is imported later. */
  | { kind: 'file'; path: string }
  | { kind: 'package'; id: string }
  | { kind: 'builtin'; name: string }
  | { kind: 'unknown' };

const BUILTIN = new Set(builtinModules);
/** Code at an import without an extension, or with the one that it has after compiling. */
const EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.json'];
const CODE = /^\.[cm]?[jt]sx?$/;
const IN_PACKAGES = `${sep}node_modules${sep}`;

export const isInPackage = (path: string): boolean => path.includes(IN_PACKAGES) || isOwnFile(path);

export class Resolver {
  private readonly packages = new Map<string, string>();

  /** @param loaded - whether the runtime has loaded this file as code */
  constructor(
    private readonly loaded: (path: string) => boolean,
    private readonly paths: () => Iterable<string>,
  ) {}

  resolve(specifier: string, from: string): Destination {
    const name = specifier.replace(/^node:/, '');
    if (specifier.startsWith('node:') || BUILTIN.has(name)) return { kind: 'builtin', name };
    if (specifier.startsWith('file:')) return this.file(fileURLToPath(specifier));
    if (/^\.{0,2}\//.test(specifier) || specifier === '.' || specifier === '..')
      return isAbsolute(from) ? this.file(resolve(dirname(from), specifier)) : { kind: 'unknown' };
    return this.bare(specifier, from);
  }

  /** `name@version` of the package that a file belongs to. */
  packageOf(path: string): string {
    for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
      const known = this.packages.get(folder) ?? nameAndVersion(join(folder, 'package.json'));
      if (known === undefined) continue;
      this.packages.set(folder, known);
      return known;
    }
    return basename(path);
  }

  private file(path: string): Destination {
    const found = firstPlace(path, this.loaded);
    if (found !== undefined)
      return isInPackage(found)
        ? { kind: 'package', id: this.packageOf(found) }
        : { kind: 'module', path: found };
    const onDisk = firstPlace(path, isFile);
    return onDisk === undefined ? { kind: 'unknown' } : { kind: 'file', path: onDisk };
  }

  private bare(specifier: string, from: string): Destination {
    if (!isAbsolute(from)) return { kind: 'unknown' };
    const require = createRequire(from);
    const { id, real } = installed(specifier, require) ?? {};
    if (id === undefined) return this.workspace(specifier, require, ownerOf(from));
    // A workspace package is the project's own code.
    return isInPackage(real! + sep) ? { kind: 'package', id } : this.workspace(specifier, require, real);
  }

  /**
   * `#alias`, a workspace package, a path that TypeScript or a bundler maps.
   * @param folder - the folder of the package whose manifest may say where it is
   */
  private workspace(specifier: string, require: NodeJS.Require, folder?: string): Destination {
    // An `import` may lead to another file than a `require`. The one that is loaded counts.
    const all = [
      ...requiredPath(specifier, require),
      ...(folder === undefined ? [] : targetsOf(folder, specifier)),
    ].map((path) => this.file(path));
    const found = all.find(({ kind }) => kind === 'module') ?? all.find(({ kind }) => kind !== 'unknown');
    if (found !== undefined) return found;
    const end = specifier.replace(/^[^/]*\//, sep).replace(/\.[cm]?[jt]sx?$/, '');
    const without = (path: string) => path.slice(0, path.length - extname(path).length);
    const alike = [...this.paths()].filter(
      (path) =>
        !isInPackage(path) && (without(path).endsWith(end) || without(path).endsWith(join(end, 'index'))),
    );
    return alike.length === 1 ? { kind: 'module', path: alike[0]! } : { kind: 'unknown' };
  }
}

/**
 * Whether an import in a file names code of the project, by a path, by an alias, or as a package of
 * the workspace. The answer does not depend on what is loaded.
 */
export function isOfProject(specifier: string, from: string): boolean {
  if (/^([./#~]|@\/|file:)/.test(specifier)) return true;
  if (specifier.startsWith('node:') || BUILTIN.has(specifier) || !isAbsolute(from)) return false;
  const id = `${dirname(from)} ${specifier}`;
  const found = ofProject.has(id) ? undefined : installed(specifier, createRequire(from));
  const isOwn = ofProject.get(id) ?? (found === undefined || !isInPackage(found.real + sep));
  ofProject.set(id, isOwn);
  return isOwn;
}

const ofProject = new Map<string, boolean>();

/** The package in a `node_modules` folder that a bare import names. */
function installed(specifier: string, require: NodeJS.Require): { id: string; real: string } | undefined {
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  for (const folder of require.resolve.paths(specifier) ?? []) {
    const manifest = join(folder, name, 'package.json');
    const id = nameAndVersion(manifest);
    if (id !== undefined) return { id, real: realpathSync(dirname(manifest)) };
  }
  return undefined;
}

/** The likeliest of the files that the path of an import may mean. */
function firstPlace(path: string, isThere: (file: string) => boolean): string | undefined {
  const at = (one: string) => named(one).find(isThere);
  const itself = at(path);
  if (itself !== undefined) return itself;
  const main = mainOf(path);
  return (main && (at(main) ?? at(join(main, 'index')))) ?? at(join(path, 'index'));
}

/** TypeScript imports `a.ts` as `./a.js`. `./a.json` is never `a.js`. */
function named(path: string): string[] {
  const end = extname(path);
  const bare = CODE.test(end) ? path.slice(0, -end.length) : path;
  return [path, ...EXTENSIONS.flatMap((one) => [path + one, bare + one])];
}

/** What the manifest of a folder names as its main file. */
function mainOf(folder: string): string | undefined {
  const { main } = readManifest(folder) ?? {};
  return typeof main === 'string' ? resolve(folder, main) : undefined;
}

function requiredPath(specifier: string, require: NodeJS.Require): string[] {
  try {
    return [realpathSync(require.resolve(specifier))];
  } catch {
    return []; // Not for `require`, or not by a way that Node knows.
  }
}

/** The folder of the package in which a file is. */
function ownerOf(path: string): string | undefined {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder))
    if (readManifest(folder)?.name !== undefined) return folder;
  return undefined;
}

function isFile(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

function nameAndVersion(manifest: string): string | undefined {
  const { name, version = '' } = readManifest(dirname(manifest)) ?? {};
  return typeof name === 'string' ? `${name}@${String(version)}` : undefined;
}
