import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { lockOfClone, root } from './paths.mjs';
import { runQuietly } from './processes.mjs';

/** Makes node_modules match package-lock.json, so that every command works right after `git clone`. */
export async function ensureInstalled(log = console.error) {
  requireNode();
  if (isInstalled()) return;
  await withLock(
    lockOfClone('install'),
    async () => {
      if (isInstalled()) return;
      const started = Date.now();
      log('Installing dependencies (npm ci) …');
      // No dependency needs its install script here: all native code comes prebuilt.
      await runQuietly('npm', ['ci', '--ignore-scripts', '--loglevel=error'], { cwd: root });
      log(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`);
    },
    () => log('Another process is installing the dependencies: waiting for it …'),
  );
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 3)) return;
  throw new Error(`Node.js 20.3 or newer is needed, this is ${process.versions.node}.`);
}

/** npm notes what it installed in node_modules/.package-lock.json, last of all: a broken-off install has none. */
function isInstalled() {
  const installed = packagesOf('node_modules/.package-lock.json');
  return Object.entries(packagesOf('package-lock.json') ?? {}).every(
    ([path, { version, optional }]) =>
      path === '' || (installed && (installed[path]?.version === version || (optional && !installed[path]))),
  );
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
