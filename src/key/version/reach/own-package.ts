/** This package, whose code is no part of a version: it computes versions. */
import { dirname, join, sep } from 'node:path';

const NAME = 'temporal-activity-cache';
const PLACE = join('key', 'version', 'reach', 'own-package');

// In a bundle this file is the user's own code as well, and its folder says nothing.
const folder = join(dirname(__filename), '..', '..', '..');
const isInPlace = __filename.startsWith(`${join(folder, PLACE)}.`);
/** The sources and what is built of them: Workflows may be bundled with the other. */
const folders = isInPlace ? ['src', 'lib'].map((name) => join(folder, '..', name) + sep) : [];

/** Whether a file belongs to this package. */
export const isOwnFile = (path: string): boolean => folders.some((own) => path.startsWith(own));

/** Whether an import, or `name@version`, means this package. */
export const isOwnPackage = (name: string): boolean =>
  name.startsWith(NAME) && ['', '/', '@'].includes(name.charAt(NAME.length));
