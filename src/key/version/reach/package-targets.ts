/** Where the manifest of a package says that its code is: `exports` and `imports`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Manifest = Partial<Record<'name' | 'version' | 'main' | 'exports' | 'imports', unknown>>;

/** Undefined if there is no manifest that can be read. */
export function readManifest(folder: string): Manifest | undefined {
  try {
    const read: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return typeof read === 'object' && read !== null ? read : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The files that an import of the package in `folder`, or `#alias` within it, may lead to under any
 * condition.
 */
export function targetsOf(folder: string, specifier: string): string[] {
  const { name, exports, imports } = readManifest(folder) ?? {};
  if (specifier.startsWith('#')) return filesIn(folder, imports, specifier);
  if (typeof name !== 'string' || !(specifier === name || specifier.startsWith(`${name}/`))) return [];
  const isMap = isTable(exports) && Object.keys(exports).some((key) => key.startsWith('.'));
  return filesIn(folder, isMap ? exports : { '.': exports }, `.${specifier.slice(name.length)}`);
}

function filesIn(folder: string, map: unknown, name: string): string[] {
  if (!isTable(map)) return [];
  const paths = name in map ? textsIn(map[name]) : ofPattern(map, name);
  return paths
    .filter((path) => path.startsWith('./') && !/\.d\.[cm]?ts$/.test(path))
    .map((path) => join(folder, path));
}

/** `./*` stands for any text. The longest pattern takes precedence. */
function ofPattern(map: Record<string, unknown>, name: string): string[] {
  const patterns = Object.keys(map).filter((key) => key.includes('*'));
  patterns.sort((one, other) => other.indexOf('*') - one.indexOf('*'));
  for (const pattern of patterns) {
    const [before, after] = pattern.split('*') as [string, string];
    if (name.length < before.length + after.length || !name.startsWith(before) || !name.endsWith(after))
      continue;
    const text = name.slice(before.length, name.length - after.length);
    return textsIn(map[pattern]).map((path) => path.replaceAll('*', () => text));
  }
  return [];
}

/** The texts in nested conditions and lists. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
