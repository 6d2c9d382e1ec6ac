/** This package, whose code is no part of a version: it computes versions. */
import { dirname, join, sep } from 'node:path';

const NAME = 'temporal-activity-cache';
const PLACE = join('key', 'version', 'reach', 'own-package');

// In a bundle this file is the user's own code as well, and its folder says nothing.
const folder = __filename.startsWith(join(dirname(__filename), '..', '..', '..', PLACE) + '.')
  ? join(dirname(__filename), '..', '..', '..') + sep
  : undefined;

/** Whether a file belongs to this package. */
export const isOwnFile = (path: string): boolean => folder !== undefined && path.startsWith(folder);

/** Whether an import, or `name@version`, means this package. */
export const isOwnPackage = (name: string): boolean =>
  name.startsWith(NAME) && ['', '/', '@'].includes(name.charAt(NAME.length));
