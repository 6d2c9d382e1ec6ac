import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Machine } from './programs';

const lock = {
  packages: { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0' } },
};
const install = `await module.ensureInstalled((line) => console.log(line)); console.log('ready');`;

/** An `npm` that notes each call and takes until the file `go-on` appears. It runs in the clone, as the real one. */
const slowNpm = (folder: string) => `
echo "$@" >> ${folder}/calls
until [ -e ${folder}/go-on ]; do sleep 0.02; done
mkdir -p node_modules && cp package-lock.json node_modules/.package-lock.json`;

function machineWithNpm() {
  const machine = new Machine();
  machine.install('npm', slowNpm(machine.folder));
  const goOn = () => writeFileSync(join(machine.folder, 'go-on'), '');
  const calls = () => readFileSync(join(machine.folder, 'calls'), 'utf8').trim().split('\n');
  return { machine, goOn, calls };
}

test('two commands at once in a fresh clone install once', async () => {
  const { machine, goOn, calls } = machineWithNpm();
  const clone = machine.clone(lock);
  const first = machine.run('internal/install.mjs', install, clone);
  await first.says(/Installing dependencies/);
  const second = machine.run('internal/install.mjs', install, clone);
  await second.says(/waiting for it/);
  goOn();
  await Promise.all([first.says(/ready/), second.says(/ready/)]);
  expect(calls()).toHaveLength(1);
});

test.each([
  ['nothing is installed', undefined, 1],
  ['another version is installed', { ...lock.packages, 'node_modules/a': { version: '0.9.0' } }, 1],
  ['a package is missing', { 'node_modules/a': { version: '1.0.0' } }, 1],
  ['all is as the lock file says', lock.packages, 0],
])('%s: npm ci runs when it must', async (_, packages, times) => {
  const { machine, goOn, calls } = machineWithNpm();
  const clone = machine.clone(lock);
  if (packages) {
    mkdirSync(join(clone, 'node_modules'));
    writeFileSync(join(clone, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));
  }
  writeFileSync(join(machine.folder, 'calls'), '');
  goOn();
  expect((await machine.run('internal/install.mjs', install, clone).ended).code).toBe(0);
  expect(calls().filter(Boolean)).toHaveLength(times);
});

test('a failed install shows what npm said', async () => {
  const machine = new Machine();
  machine.install('npm', 'echo "npm error: no space left" >&2; exit 1');
  const failing = machine.run('internal/install.mjs', install, machine.clone(lock));
  expect((await failing.ended).output).toContain('no space left');
});
