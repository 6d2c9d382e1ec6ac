/** Versions that are computed when a Worker is built, for bundled and minified code. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CacheOptionsError } from '../../errors';
import { projectFolder } from '../../project-folder';
import type { CachePolicy } from '../../options/version-policy';
import { piecesOf, type Reached } from './reach/graph';

/** The file that `activity-cache versions` writes. */
export interface VersionsFile {
  /** The format of the file. */
  v: 1;
  /** The versions by Activity type. */
  versions: Record<string, Reached>;
}

/**
 * Reads the versions from a file that `activity-cache versions --out FILE` made from the sources.
 * A bundler or a minifier does not change them.
 * @param path - the file, relative to the nearest package.json from the working directory upwards.
 *   It is read once
 * @throws {@link CacheOptionsError} if the file cannot be read, or is of another kind. For an
 *   Activity type that is not in it the policy throws, and the call runs with
 *   `bypassed: policy-error`
 */
export function manifest(path: string): CachePolicy {
  if (typeof path !== 'string' || path === '')
    throw new CacheOptionsError('manifest: give the path of a file that activity-cache versions made');
  const file = resolve(projectFolder(), path);
  const { versions } = readVersions(file);
  return {
    name: 'manifest/1',
    getVersion: (_salt, { activityType }) => {
      if (Object.hasOwn(versions, activityType)) return versions[activityType]!.version;
      throw new CacheOptionsError(
        `manifest: ${file} has no version of '${activityType}'; run activity-cache versions again`,
      );
    },
    getPieces: (_salt, { activityType }) =>
      Object.hasOwn(versions, activityType) ? piecesOf(versions[activityType]!) : undefined,
  };
}

/** @throws {@link CacheOptionsError} if it is no such file */
function readVersions(file: string): VersionsFile {
  try {
    const found = JSON.parse(readFileSync(file, 'utf8')) as Partial<VersionsFile> | null;
    if (found?.v === 1 && typeof found.versions === 'object' && found.versions !== null)
      return found as VersionsFile;
  } catch (cause) {
    throw new CacheOptionsError(`manifest: ${file} cannot be read; activity-cache versions makes it`, {
      cause,
    });
  }
  throw new CacheOptionsError(`manifest: ${file} was not made by this version of activity-cache versions`);
}
