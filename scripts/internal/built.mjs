// The built package, beside the sources that the repository's own programs run: threads have no transpiler.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { lockOfClone, root } from './paths.mjs';
import { runQuietly } from './processes.mjs';

const newest = (folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .map((name) => statSync(join(root, folder, name)).mtimeMs)
    .reduce((one, other) => Math.max(one, other), 0);

/** Builds it where a source is newer. */
export async function ensureBuilt(log = console.error) {
  if (isBuilt()) return;
  await withLock(
    lockOfClone('build'),
    async () => {
      if (isBuilt()) return;
      log('Building the package …');
      await runQuietly('npm', ['run', '--silent', 'build'], { cwd: root });
    },
    () => log('Another process is building the package: waiting for it …'),
  );
}

function isBuilt() {
  try {
    return statSync(join(root, 'lib/workflows/bundle.json')).mtimeMs >= newest('src');
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}
