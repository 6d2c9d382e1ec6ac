/** What the loader of CommonJS knows of the modules that it has loaded. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname } from 'node:path';

type Load = (module: { id: string; filename: string; _compile(text: string): void }, path: string) => void;

const { cache, extensions } = createRequire(__filename);

export const loadedPaths = (): string[] => Object.keys(cache);

/**
 * The text that a loaded module runs. A file in another language is translated again, by the hook
 * that translated it before, such as the one of tsx.
 * @returns undefined if the module is not loaded, or if its text is not known
 */
export function loadedAs(path: string): string | undefined {
  if (cache[path] === undefined) return undefined;
  try {
    return /^\.c?js$/.test(extname(path)) ? readFileSync(path, 'utf8') : translated(path);
  } catch {
    return undefined; // The file was deleted or damaged since.
  }
}

function translated(path: string): string | undefined {
  const load = extensions[extname(path)] as Load | undefined;
  let text: string | undefined;
  load?.({ id: path, filename: path, _compile: (code) => void (text = code) }, path);
  return text;
}
