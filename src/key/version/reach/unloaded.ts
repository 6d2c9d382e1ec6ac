/** Files whose text is read, because they may be loaded or not and must count alike. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { ReachedNode } from './graph';
import { type ModuleCode, moduleCode } from './module-code';

export interface UnloadedFile {
  text: string;
  /** Undefined if the text is no JavaScript. */
  module: ModuleCode | undefined;
  /** What a text in another language imports. */
  specifiers: string[];
}

/** The imports of a text that cannot be parsed: TypeScript. */
const IMPORTS = /(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*['"]([^'"\n]+)['"]/g;
const TYPESCRIPT = /^\.[cm]?tsx?$/;

export function unloadedFile(path: string): UnloadedFile {
  const text = readFileSync(path, 'utf8');
  const module = path.endsWith('.json') ? undefined : moduleCode(path, text);
  if (module !== undefined || path.endsWith('.json')) return { text, module, specifiers: [] };
  const all = [...text.matchAll(IMPORTS)].map(([, specifier]) => specifier!);
  const isTypeScript = TYPESCRIPT.test(extname(path));
  return { text, module, specifiers: all.filter((one) => isTypeScript || one.startsWith('.')) };
}

const RANDOM = randomUUID();

/**
 * Stands for the text that was loaded, where the file has changed since. No other process has such
 * a version, because none knows which text this one runs.
 */
export const changedFile = (label: string): ReachedNode =>
  new ReachedNode('value', `${label} (changed while the process runs)`, RANDOM);
