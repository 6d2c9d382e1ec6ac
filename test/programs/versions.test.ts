/** `versions` and `manifest()`: one version, from the sources to the minified bundle. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { transformSync } from '@swc/core';
import { buildSync } from 'esbuild';
import { manifest } from 'temporal-activity-cache';
import ts from 'typescript';

const root = resolve(__dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'versions-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (path: string, text: string) => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const versions = (...words: string[]) =>
  execFileSync(process.execPath, ['--import', 'tsx', join(root, 'src/cli/bin.ts'), 'versions', ...words], {
    cwd: root,
    encoding: 'utf8',
  });

/** What a process that has loaded `file` says of the version of \`train\` by this manifest. */
function versionIn(file: string): string {
  const script = `
    const { train } = require(${JSON.stringify(join(folder, file))});
    const { manifest } = require(${JSON.stringify(join(root, 'src/index.ts'))});
    process.stdout.write(manifest(${JSON.stringify(join(folder, 'versions.json'))}).getVersion('', { fn: train, activityType: 'train' }));`;
  return execFileSync(process.execPath, ['--require', 'tsx/cjs', '-e', script], {
    cwd: root,
    encoding: 'utf8',
  });
}

beforeAll(() => {
  write('src/rates.ts', 'export const RATE: number = 3;\nexport const scale = (x: number) => x * RATE;\n');
  write(
    'src/activities.ts',
    `import { scale } from './rates';\nexport async function train(x: number) { return scale(x); }\nexport const group = { report: async (x: number) => x };\n`,
  );
});

/** The compiled files of the project, in a folder of their own. */
function compile(to: string, toJavaScript: (text: string) => string): string {
  for (const name of ['rates', 'activities'])
    write(`${to}/${name}.js`, toJavaScript(readFileSync(join(folder, `src/${name}.ts`), 'utf8')));
  return `${to}/activities.js`;
}

test('what tsc and swc compile, and a minified bundle, have the version of their sources', () => {
  const out = join(folder, 'versions.json');
  versions(join(folder, 'src/activities.ts'), '--out', out);
  buildSync({
    entryPoints: [join(folder, 'src/activities.ts')],
    outfile: join(folder, 'bundle.js'),
    bundle: true,
    minify: true,
    platform: 'node',
  });
  const { versions: made } = JSON.parse(readFileSync(out, 'utf8')) as {
    versions: Record<string, { version: string }>;
  };
  expect(Object.keys(made)).toEqual(['report', 'train']);
  const module = ts.ModuleKind.CommonJS;
  const byTsc = compile(
    'tsc',
    (text) => ts.transpileModule(text, { compilerOptions: { module } }).outputText,
  );
  const parser = { syntax: 'typescript' } as const;
  const bySwc = compile(
    'swc',
    (text) => transformSync(text, { module: { type: 'commonjs' }, jsc: { parser } }).code,
  );
  for (const file of ['src/activities.ts', byTsc, bySwc, 'bundle.js'])
    expect(versionIn(file)).toBe(made.train!.version);
});

test('the version changes with a helper, and names it', () => {
  const read = () => JSON.parse(versions(join(folder, 'src/activities.ts'), '--json')) as Made;
  type Made = { versions: Record<string, { version: string; manifest: { nodes: Record<string, string> } }> };
  const before = read().versions;
  write('src/rates.ts', 'export const RATE: number = 4;\nexport const scale = (x: number) => x * RATE;\n');
  const after = read().versions;
  expect(after.report).toEqual(before.report);
  expect(after.train!.version).not.toBe(before.train!.version);
  const names = Object.keys(after.train!.manifest.nodes);
  const changed = names.filter(
    (name) => after.train!.manifest.nodes[name] !== before.train!.manifest.nodes[name],
  );
  expect(changed).toEqual([expect.stringMatching(/rates\.ts#RATE$/)]);
});

test('the folder of the process, and what else it loaded, change no version', () => {
  write('package.json', '{ "name": "elsewhere" }');
  write(
    'src/unseen.js',
    `exports.load = async (name) => import(name);\nexports.run = (text) => eval(text);\n`,
  );
  const of = (cwd: string, ...files: string[]) => {
    const args = [
      '--import',
      require.resolve('tsx'),
      join(root, 'src/cli/bin.ts'),
      'versions',
      ...files,
      '--json',
    ];
    const text = execFileSync(process.execPath, args, { cwd, encoding: 'utf8' });
    const { versions: made } = JSON.parse(text) as { versions: Record<string, { version: string }> };
    return [made.load!.version, made.run!.version];
  };
  const unseen = join(folder, 'src/unseen.js');
  const alone = of(root, unseen);
  expect(of(folder, unseen)).toEqual(alone);
  expect(of(root, join(folder, 'src/activities.ts'), unseen)).toEqual(alone);
});

test('where the runtime refuses an inspector, the function alone counts, and that is said once', () => {
  const script = `
    const inspector = require('node:inspector');
    inspector.Session = class { constructor() { throw new Error('not permitted'); } };
    const { reachableCode, functionBody } = require(${JSON.stringify(join(root, 'src/index.ts'))});
    const warnings = [];
    process.on('warning', ({ code }) => warnings.push(code));
    const versionOf = (policy, fn) => policy.getVersion('', { fn, activityType: 'f' });
    const [one, other] = [() => 1, () => 2];
    const same = [one, other].map((fn) => versionOf(reachableCode(), fn) === versionOf(functionBody(), fn));
    setImmediate(() => process.stdout.write(JSON.stringify({ same, warnings })));`;
  const text = execFileSync(process.execPath, ['--require', 'tsx/cjs', '-e', script], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expect(JSON.parse(text)).toEqual({ same: [true, true], warnings: ['ACTIVITY_CACHE_FUNCTION_BODY'] });
});

test('a file that is missing, of another kind, or without the type is an error that says what to do', () => {
  expect(() => manifest(join(folder, 'none.json'))).toThrow(
    /none.json cannot be read; activity-cache versions makes it/,
  );
  write('other.json', '{}');
  expect(() => manifest(join(folder, 'other.json'))).toThrow(/was not made by this version/);
  write('empty.json', '{ "v": 1, "versions": {} }');
  const ask = () =>
    manifest(join(folder, 'empty.json')).getVersion('', { fn: () => 1, activityType: 'train' });
  expect(ask).toThrow(/no version of 'train'; run activity-cache versions again/);
});
