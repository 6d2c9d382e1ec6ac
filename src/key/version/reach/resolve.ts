/** Where an import leads: to a loaded module, a package, a file that is not loaded, or Node. */
import { readFileSync, realpathSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { basename, dirname, extname, isAbsolute, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isOwnFile } from './own-package';

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
    const bare = path.slice(0, path.length - extname(path).length);
    const candidates = [
      path,
      ...EXTENSIONS.flatMap((end) => [path + end, bare + end, join(path, `index${end}`)]),
    ];
    const found = candidates.find(this.loaded);
    if (found !== undefined)
      return isInPackage(found)
        ? { kind: 'package', id: this.packageOf(found) }
        : { kind: 'module', path: found };
    const onDisk = candidates.find(isFile);
    return onDisk === undefined ? { kind: 'unknown' } : { kind: 'file', path: onDisk };
  }

  private bare(specifier: string, from: string): Destination {
    if (!isAbsolute(from)) return { kind: 'unknown' };
    const require = createRequire(from);
    const name = specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/');
    for (const folder of require.resolve.paths(specifier) ?? []) {
      const manifest = join(folder, name, 'package.json');
      const id = nameAndVersion(manifest);
      if (id === undefined) continue;
      const real = realpathSync(dirname(manifest));
      // A workspace package is the project's own code.
      return isInPackage(real + sep) ? { kind: 'package', id } : this.workspace(specifier, require);
    }
    return this.workspace(specifier, require);
  }

  /** `#alias`, a workspace package, a path that TypeScript or a bundler maps. */
  private workspace(specifier: string, require: NodeJS.Require): Destination {
    try {
      return this.file(realpathSync(require.resolve(specifier)));
    } catch {
      const end = specifier.replace(/^[^/]*\//, sep).replace(/\.[cm]?[jt]sx?$/, '');
      const without = (path: string) => path.slice(0, path.length - extname(path).length);
      const alike = [...this.paths()].filter(
        (path) =>
          !isInPackage(path) && (without(path).endsWith(end) || without(path).endsWith(join(end, 'index'))),
      );
      return alike.length === 1 ? { kind: 'module', path: alike[0]! } : { kind: 'unknown' };
    }
  }
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
  try {
    const { name, version } = JSON.parse(readFileSync(manifest, 'utf8')) as {
      name?: string;
      version?: string;
    };
    return name === undefined ? undefined : `${name}@${version ?? ''}`;
  } catch {
    return undefined; // none, or of another kind: the folder above is asked
  }
}
