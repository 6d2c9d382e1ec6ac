// The Temporal server as a file that can be run. It is kept in the cache folder, whichever way it came there.
import { createHash } from 'node:crypto';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';
import { cacheFolder, root } from './paths.mjs';
import { runQuietly } from './processes.mjs';

const modulePath = join(root, 'tools', 'temporal');
const goMod = readFileSync(join(modulePath, 'go.mod'), 'utf8');
const goSum = readFileSync(join(modulePath, 'go.sum'), 'utf8');

/** One version, downloaded or built: the CLI that tools/temporal/go.mod names. */
export const cliVersion = /github\.com\/temporalio\/cli (v\S+)/.exec(goMod)[1];

/** The Go release that the build needs. */
export const goVersion = /^go (\S+)/m.exec(goMod)[1];

/** @typedef {(line: string) => void} Log */

export function onPath() {
  return which('temporal');
}

/** A server that an earlier run downloaded or built. */
export function cached() {
  return [downloadedFile(), builtFile()].find(isExecutable);
}

/** Lets the SDK download the server, as its test environment does. */
export async function download(/** @type {Log} */ log) {
  await mkdir(cacheFolder(), { recursive: true });
  log(`Downloading the Temporal server ${cliVersion}, once …`);
  const program = fileURLToPath(new URL('./sdk-download.mjs', import.meta.url));
  await runQuietly(process.execPath, [program, cacheFolder(), cliVersion]);
  if (isExecutable(downloadedFile())) return downloadedFile();
  throw new Error(`the SDK left no ${downloadedFile()}`);
}

/** Builds the server from the sources that tools/temporal names; minutes the first time. */
export async function build(/** @type {Log} */ log) {
  if (!which('go')) throw new Error('there is no `go` on PATH');
  return withLock(
    `${builtFile()}.lock`,
    async () => {
      if (!isExecutable(builtFile())) await goBuild(builtFile(), log);
      return builtFile();
    },
    () => log('Another process is building the Temporal server: waiting for it …'),
  );
}

async function goBuild(file, log) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  log(`Building the Temporal server ${cliVersion} with Go, once: this takes some minutes …`);
  const progress = setInterval(() => log(`  still building, ${seconds()} s so far …`), 15_000);
  const unfinished = `${file}.${process.pid}.tmp`;
  try {
    await removeUnfinished();
    const pkg = 'github.com/temporalio/cli/cmd/temporal';
    await runQuietly('go', ['build', '-buildvcs=false', '-o', unfinished, pkg], { cwd: modulePath });
    await rename(unfinished, file);
  } finally {
    clearInterval(progress);
    await removeUnfinished();
  }
  log(`Built in ${seconds()} s, kept as ${file}`);
}

/** Also what killed builds left: it is large. */
async function removeUnfinished() {
  const files = (await readdir(cacheFolder())).filter((name) => name.endsWith('.tmp'));
  for (const name of files) await rm(join(cacheFolder(), name), { force: true });
}

function downloadedFile() {
  return join(cacheFolder(), `temporal-${cliVersion}`); // the name that the SDK gives it
}

function builtFile() {
  const { platform, arch } = process;
  const sources = createHash('sha256').update([goMod, goSum, platform, arch].join('\0')).digest('hex');
  return join(cacheFolder(), `temporal-${cliVersion}-go-${sources.slice(0, 16)}`);
}

function which(name) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
