// npm run clean: removes what the build, the tests, the docs and packing leave. Installed packages and caches stay.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './internal/paths.mjs';

const leftovers = (await readdir(root)).filter((name) =>
  /^(lib|build|coverage)$|\.(tsbuildinfo|tgz)$/.test(name),
);
for (const name of leftovers) await rm(join(root, name), { recursive: true });
