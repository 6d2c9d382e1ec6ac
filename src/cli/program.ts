/**
 * The program has two names: a short one, and the name of the package. With the latter, `npx`
 * cannot fetch any other package.
 */
import { basename } from 'node:path';

export const SHORT_NAME = 'activity-cache';
export const PACKAGE_NAME = 'temporal-activity-cache';

/** @param path - the path of the script as Node received it, which is the link that was called */
export const programAt = (path = ''): string =>
  basename(path).replace(/\.\w+$/, '') === PACKAGE_NAME ? PACKAGE_NAME : SHORT_NAME;
