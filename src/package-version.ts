import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const manifest = readFileSync(join(__dirname, '..', 'package.json'), 'utf8');

/** Of this package, as installed. */
export const PACKAGE_VERSION = (JSON.parse(manifest) as { version: string }).version;
