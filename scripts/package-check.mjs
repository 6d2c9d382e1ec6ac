// npm run package-check: is the package, as users would get it, complete, are its types right, does its program run? Needs a build.
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
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
  const project = await install(tarball, join(folder, 'project'));
  for (const program of Object.keys((await readManifest(root)).bin)) await checkProgram(project, program);
}

/** A project that has the package and what it depends on, without asking a registry. */
async function install(tarball, project) {
  const modules = join(project, 'node_modules');
  const installed = join(modules, 'temporal-activity-cache');
  await mkdir(join(modules, '.bin'), { recursive: true });
  await mkdir(installed);
  await writeFile(join(project, 'package.json'), '{}');
  await run('tar', '-xzf', tarball, '--strip-components=1', '-C', installed);
  const { bin: programs, devDependencies, peerDependencies } = await readManifest(installed);
  for (const [name, file] of Object.entries(programs)) {
    await run('chmod', '+x', join(installed, file));
    await symlink(join('..', 'temporal-activity-cache', file), join(modules, '.bin', name));
  }
  const ours = Object.keys(devDependencies).filter((name) => !(name in peerDependencies));
  for (const name of await readdir(join(root, 'node_modules'))) {
    if (!name.startsWith('.') && !ours.includes(name))
      await symlink(join(root, 'node_modules', name), join(modules, name));
  }
  return project;
}

const readManifest = async (folder) => JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));

async function checkProgram(project, program) {
  const npx = (...words) =>
    runQuietly('npx', ['--no-install', program, ...words], { cwd: project }).catch(({ message }) => message);
  const store = ['--store', './store.cjs'];
  const text = `const { MemoryStore } = require('temporal-activity-cache');\nexports.default = new MemoryStore();\n`;
  await writeFile(join(project, 'store.cjs'), text);
  const says = [
    [(await readManifest(root)).version, '--version'],
    [`\n  ${program} ls --activity`, 'ls', '--help'],
    ['No entries.', 'ls', ...store],
    ['no Temporal server answers at 127.0.0.1:1', 'doctor', ...store, '--address', '127.0.0.1:1'],
  ];
  for (const [expected, ...words] of says) {
    const output = await npx(...words);
    if (!output.includes(expected)) throw new Error(`npx ${program} ${words.join(' ')} printed:\n${output}`);
  }
  console.log(`npx ${program}: runs`);
}

const folder = await mkdtemp(join(tmpdir(), 'package-check-'));
await checkPackage(folder)
  .finally(() => rm(folder, { recursive: true }))
  .catch(fail);
