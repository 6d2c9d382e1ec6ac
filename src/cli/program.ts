/** The program has two names: a short one, and that of the package, by which `npx` cannot fetch anything else. */
import { basename } from 'node:path';

export const SHORT_NAME = 'activity-cache';
export const PACKAGE_NAME = 'temporal-activity-cache';

/** @param path - of the script, as Node was told it: that of the link which was called */
export const programAt = (path = ''): string =>
  basename(path).replace(/\.\w+$/, '') === PACKAGE_NAME ? PACKAGE_NAME : SHORT_NAME;
