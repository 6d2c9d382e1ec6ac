/** The package's types, as users get them, hold with every TypeScript that they may have. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
const fixtures = join(root, 'test/types');
const project = mkdtempSync(join(tmpdir(), 'typescript-'));
afterAll(() => rmSync(project, { recursive: true }));

const compiler = (name: string) => join(root, 'node_modules', name, 'lib/tsc.js');

/** A project that has the package's declarations, and what it depends on. */
beforeAll(() => {
  const modules = join(project, 'node_modules');
  const installed = join(modules, 'temporal-activity-cache');
  mkdirSync(installed, { recursive: true });
  copyFileSync(join(root, 'package.json'), join(installed, 'package.json'));
  const emit = ['--emitDeclarationOnly', '--declarationMap', 'false', '--outDir', join(installed, 'lib')];
  execFileSync(process.execPath, [compiler('typescript'), '-p', join(root, 'tsconfig.build.json'), ...emit]);
  for (const name of readdirSync(join(root, 'node_modules')))
    if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(modules, name));
  for (const name of readdirSync(fixtures)) copyFileSync(join(fixtures, name), join(project, name));
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022'],
    module: 'node16',
    moduleResolution: 'node16',
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    types: ['node'],
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
});

/** Errors in the package's declarations and in what uses them; those of other packages are theirs. */
const errorsWith = (typescript: string): string[] =>
  spawnSync(process.execPath, [compiler(typescript), '-p', project], { encoding: 'utf8', cwd: project })
    .stdout.split('\n')
    .filter((line) => /error TS\d+/.test(line) && !/node_modules\/(?!temporal-activity-cache)/.test(line));

test.each(['typescript-5.4', 'typescript-5.9', 'typescript', 'typescript-7.0'])(
  'callbacks and options infer, and compile with exact optional properties: %s',
  (typescript) => {
    expect(errorsWith(typescript)).toEqual([]);
  },
);

test('what does not compile is seen', () => {
  writeFileSync(
    join(project, 'wrong.ts'),
    `import { cached } from 'temporal-activity-cache';\ncached(5, () => 1);\n`,
  );
  expect(errorsWith('typescript-7.0')).toEqual([expect.stringContaining('wrong.ts(2,8)')]);
});
