// Threads run the built package: it is built again where a source is newer.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/internal/paths.mjs';

const newest = (folder, suffix) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith(suffix))
    .reduce((time, name) => Math.max(time, statSync(join(root, folder, name)).mtimeMs), 0);

export function build() {
  try {
    if (newest('lib', '.js') >= newest('src', '.ts')) return;
  } catch {
    // There is none yet.
  }
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '--project', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('The package does not build');
}
