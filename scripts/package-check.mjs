// npm run package-check: is the package, as users would get it, complete and its types right? Needs a build.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail } from './internal/launch.mjs';
import { root } from './internal/paths.mjs';
import { runQuietly } from './internal/processes.mjs';

const run = (command, ...args) => runQuietly(command, args, { cwd: root });
const bin = (name) => join(root, 'node_modules', '.bin', name);

async function checkPackage(folder) {
  await run('npm', 'pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder);
  const tarball = join(folder, (await readdir(folder))[0]);
  console.log(await run(bin('publint'), 'run', tarball, '--strict'));
  console.log(await run(bin('attw'), tarball, '--no-color'));
}

const folder = await mkdtemp(join(tmpdir(), 'package-check-'));
await checkPackage(folder)
  .finally(() => rm(folder, { recursive: true }))
  .catch(fail);
