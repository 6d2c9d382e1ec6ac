/** The policy that watches the content of files. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { glob } from 'tinyglobby';
import { CacheOptionsError } from '../../errors';
import { projectFolder } from '../../project-folder';
import type { CachePolicy } from '../../options/version-policy';
import { encode } from '../canonical';
import { hashFile } from '../hashed';
import { digester } from '../key';

const digest = digester();

interface Known {
  size: number;
  changedMs: number;
  digest: Promise<string>;
}

/** Large, and changed by tools: `**` would walk through them at each call. */
const LEFT_OUT = ['node_modules', '.git'];

/**
 * The content of the files that match, and their names: model weights, prompts, SQL, configuration.
 * A file is read again when its size or its time of change differs, so the version follows while
 * the Worker runs.
 * @param globs - patterns, relative to the nearest package.json from the working directory upwards:
 *   `'prompts/**\/*.md'`, `'!prompts/drafts'`. What lies in `node_modules` and `.git` is left out,
 *   unless a pattern names the folder
 * @throws {@link CacheOptionsError} without a pattern. If no file matches, or one cannot be read,
 *   the policy rejects, and the call runs with `bypassed: policy-error`
 */
export function files(...globs: string[]): CachePolicy {
  if (globs.length === 0 || globs.some((one) => typeof one !== 'string' || one === ''))
    throw new CacheOptionsError('files: give one or more patterns, like files("prompts/*.md")');
  const folder = projectFolder();
  const ignore = leftOutBy(globs);
  const known = new Map<string, Known>();
  const contents = async () => {
    const paths = (await glob(globs, { cwd: folder, dot: true, ignore })).sort();
    if (paths.length === 0)
      throw new CacheOptionsError(`files: no file in ${folder} matches ${globs.join(' ')}`);
    return Promise.all(
      paths.map(async (path) => [path, await contentOf(join(folder, path), known)] as const),
    );
  };
  return {
    name: `files/1 ${globs.join(' ')}`,
    getVersion: async () => digest(encode(await contents())),
    getPieces: async () => Object.fromEntries(await contents()),
  };
}

function leftOutBy(globs: readonly string[]): string[] {
  const named = new Set(globs.flatMap((one) => one.split(/[/{},()|]/)));
  const unnamed = LEFT_OUT.filter((name) => !named.has(name));
  // A pattern that starts elsewhere is matched against paths that start there too.
  const starts = globs.map((one) => /^(\/|(\.\.\/)*)/.exec(one)![0]);
  return unnamed.flatMap((name) => starts.map((start) => `${start}**/${name}/**`));
}

async function contentOf(path: string, known: Map<string, Known>): Promise<string> {
  const { size, mtimeMs: changedMs } = await stat(path);
  const last = known.get(path);
  if (last?.size === size && last.changedMs === changedMs) return last.digest;
  const read = hashFile(path);
  known.set(path, { size, changedMs, digest: read });
  read.catch(() => known.delete(path));
  return read;
}
