// Threads run the built package: it is built again where a source is newer.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/internal/paths.mjs';

const newest = (folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .map((name) => statSync(join(root, folder, name)).mtimeMs)
    .reduce((one, other) => Math.max(one, other), 0);

export function build() {
  try {
    if (statSync(join(root, 'lib/workflows/bundle.json')).mtimeMs >= newest('src')) return;
  } catch {
    // There is none yet.
  }
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('The package does not build');
}
