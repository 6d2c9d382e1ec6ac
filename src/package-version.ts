import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const manifest = readFileSync(join(__dirname, '..', 'package.json'), 'utf8');

/** The installed version of this package. */
export const PACKAGE_VERSION = (JSON.parse(manifest) as { version: string }).version;
