import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Machine } from './programs';

const build = `console.log('built as', await module.build((line) => console.log(line)));`;

/** A `go` that takes until the file `go-on` appears, and notes each call. `$4` is the file to make. */
const slowGo = (folder: string) => `
echo called >> ${folder}/calls
until [ -e ${folder}/go-on ]; do sleep 0.02; done
printf '#!/bin/sh' > "$4" && chmod +x "$4"`;

const calls = (machine: Machine) =>
  readFileSync(join(machine.folder, 'calls'), 'utf8').split('\n').length - 1;

test('two processes that need a server at once build it once', async () => {
  const machine = new Machine();
  machine.install('go', slowGo(machine.folder));
  const first = machine.run('internal/temporal-binary.mjs', build);
  await first.says(/Building the Temporal server/);
  const second = machine.run('internal/temporal-binary.mjs', build);
  await second.says(/Another process is building/);
  writeFileSync(join(machine.folder, 'go-on'), '');

  const [, file] = await first.says(/built as (.*)/);
  expect((await second.says(/built as (.*)/))[1]).toBe(file);
  expect(calls(machine)).toBe(1);
  expect(readdirSync(machine.cache).map((name) => join(machine.cache, name))).toEqual([file]);
});

test('a build whose process was killed is taken over by the process that waits for it', async () => {
  const machine = new Machine();
  machine.install('go', slowGo(machine.folder));
  const first = machine.run('internal/temporal-binary.mjs', build);
  await first.says(/Building the Temporal server/);
  const second = machine.run('internal/temporal-binary.mjs', build);
  await second.says(/Another process is building/);
  first.child.kill('SIGKILL');

  await second.says(/Building the Temporal server/);
  writeFileSync(join(machine.folder, 'go-on'), '');
  expect((await second.ended).code).toBe(0);
});

test('a failed build tells what Go said, and leaves nothing behind', async () => {
  const machine = new Machine();
  machine.install('go', 'echo "go: module lookup disabled" >&2; exit 1');
  const { code, output } = await machine.run('internal/temporal-binary.mjs', build).ended;
  expect(code).toBe(1);
  expect(output).toContain('go: module lookup disabled');
  expect(readdirSync(machine.cache)).toEqual([]);
});
