/** What the loader of CommonJS knows of the modules that it has loaded. */
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname } from 'node:path';

type Load = (module: { id: string; filename: string; _compile(text: string): void }, path: string) => void;

const { cache, extensions } = createRequire(__filename);

/** When this process began, in milliseconds since 1970. */
const BEGAN = Date.now() - process.uptime() * 1_000;

export const isLoaded = (path: string): boolean => cache[path] !== undefined;

export const loadedPaths = (): string[] => Object.keys(cache);

/**
 * Whether a loaded file was changed since this process began. Then the process may run the text
 * before. The time of the last change of the file's status is asked, because programs that copy
 * files set the other one.
 */
export function isChanged(path: string): boolean {
  try {
    if (statSync(path).ctimeMs <= BEGAN) return false;
    const known = extname(path) === '.json' ? cache[path] : undefined;
    return known === undefined || JSON.stringify(known.exports) !== JSON.stringify(jsonIn(path));
  } catch {
    return true; // There is no such file now, or only a part of it.
  }
}

const jsonIn = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));

/** Hooks of other files may do anything, as that of `.node`, which loads an addon. */
const CODE = /^\.[cm]?[jt]sx?$/;
const JAVASCRIPT = /^\.c?js$/;

/**
 * The text that a loaded module runs. It is translated again by the hook that translated it before,
 * such as the one of tsx, also if it is JavaScript.
 * @returns undefined if the module is not loaded, or if its text is not known, as after an edit
 */
export function loadedAs(path: string): string | undefined {
  const end = extname(path);
  if (!CODE.test(end) || !isLoaded(path) || isChanged(path)) return undefined;
  try {
    return translated(path, end) ?? (JAVASCRIPT.test(end) ? readFileSync(path, 'utf8') : undefined);
  } catch {
    return undefined; // The file was deleted or damaged since.
  }
}

function translated(path: string, end: string): string | undefined {
  const load = extensions[end] as Load | undefined;
  let text: string | undefined;
  load?.({ id: path, filename: path, _compile: (code) => void (text = code) }, path);
  return text;
}
