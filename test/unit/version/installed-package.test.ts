/** Of a package that a workspace has more than once, `packageVersion` reads the copy that its caller would import. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CacheOptionsError, packageVersion } from 'temporal-activity-cache';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'workspace-')));
afterAll(() => rmSync(root, { recursive: true }));

const file = (path: string, text: string): string => {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
  return target;
};
const install = (at: string, version: string) =>
  file(`${at}/node_modules/dep/package.json`, JSON.stringify({ name: 'dep', version }));

install('.', '1.0.0');
install('apps/a', '2.0.0');
file('apps/b/package.json', '{}');

const source = require.resolve('../../../src/key/version/installed-package.ts');
const body = `console.log(packageVersion('dep').getVersion('', {}));`;
const asModule = `import { createRequire } from 'node:module';
  const { packageVersion } = createRequire(import.meta.url)(${JSON.stringify(source)});${body}`;
const asScript = `const { packageVersion } = require(${JSON.stringify(source)});${body}`;

/** What a program prints that is started in the root of the workspace. */
function run(args: string[], env: NodeJS.ProcessEnv = {}): { stdout: string; stderr: string } {
  const { stdout, stderr } = spawnSync(process.execPath, ['--require', require.resolve('tsx/cjs'), ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return { stdout: stdout.trim(), stderr };
}

test.each<[string, string[], string]>([
  ['of the app that asks', [file('apps/a/main.js', asScript)], '2.0.0'],
  ['of the app that asks, an ES module', [file('apps/a/main.mjs', asModule)], '2.0.0'],
  ['of a file deep in the app', [file('apps/a/src/deep/main.js', asScript)], '2.0.0'],
  ['of the workspace, where the app has none', [file('apps/b/main.js', asScript)], '1.0.0'],
  ['of the working directory, where no file asks', ['-e', asScript], '1.0.0'],
])('started in the root of a workspace it is the copy %s', (_name, args, version) => {
  expect(run(args)).toMatchObject({ stdout: version });
});

test('NODE_DEBUG shows which package.json was read, and for whom', () => {
  const main = file('apps/a/main.js', asScript);
  const { stderr } = run([main], { NODE_DEBUG: 'activity-cache' });
  const manifest = join(root, 'apps/a/node_modules/dep/package.json');
  expect(stderr).toContain(`packageVersion dep, asked for by ${main}: 2.0.0, of ${manifest}`);
});

const versionFrom = (from: string | URL, name = 'dep') =>
  packageVersion(name, { from }).getVersion('', { fn: () => 0, activityType: 'train' });

describe('from', () => {
  test.each<[string, string | URL, string]>([
    ['a file', join(root, 'apps/a/main.js'), '2.0.0'],
    ['a file that is not there', join(root, 'apps/a/none.js'), '2.0.0'],
    ['a folder', join(root, 'apps/a'), '2.0.0'],
    ['a folder that has none of its own', join(root, 'apps/b'), '1.0.0'],
    ['a file URL, as text', pathToFileURL(join(root, 'apps/a/main.js')).href, '2.0.0'],
    ['a file URL', pathToFileURL(join(root, 'apps/a/main.js')), '2.0.0'],
  ])('is %s', (_name, from, version) => {
    expect(versionFrom(from)).toBe(version);
  });

  test.each<[unknown]>([['apps/a'], [''], ['https://a/'], ['file://host/a'], [5], [null], [{}]])(
    'is refused where it is declared: %j',
    (from) => {
      expect(() => packageVersion('dep', { from: from as string })).toThrow(CacheOptionsError);
      expect(() => packageVersion('dep', { from: from as string })).toThrow(
        'from must be an absolute path or a file URL, like __filename or import.meta.url',
      );
    },
  );
});

test.each<[unknown]>([[''], [undefined], [5]])('a name that is none is refused: %j', (name) => {
  expect(() => packageVersion(name as string)).toThrow(CacheOptionsError);
});

test.each<[unknown, string]>([
  [{ form: '/a' }, "unknown field 'form'; did you mean 'from'?"],
  ['/a', 'the options must be an object'],
])('options that are none are refused: %j', (options, message) => {
  expect(() => packageVersion('dep', options as object)).toThrow(message);
});

describe('a package that is not found, or has no version', () => {
  test.each<[string, string, string]>([
    ['is named, with the file that asked', 'none', `'none' is not installed where ${root}/apps/a/main.js`],
    ['is named with its manifest: no version', 'bare', `${root}/node_modules/bare/package.json has no`],
    ['is named with its manifest: no JSON', 'broken', `${root}/node_modules/broken/package.json is no JSON`],
  ])('%s', (_name, name, message) => {
    file('node_modules/bare/package.json', '{}');
    file('node_modules/broken/package.json', '{');
    expect(() => versionFrom(join(root, 'apps/a/main.js'), name)).toThrow(message);
  });
});

test('what prepares stack traces, and how long they are, stays as it was', () => {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const own = () => 'own';
  Error.prepareStackTrace = own;
  Error.stackTraceLimit = 7;
  packageVersion('dep');
  const after = [Error.prepareStackTrace, Error.stackTraceLimit];
  Object.assign(Error, { prepareStackTrace, stackTraceLimit });
  expect(after).toEqual([own, 7]);
});
