/** An edit of a file that an Activity uses changes its version, however the import leads to the file. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = resolve(__dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'version-imports-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Files = Record<string, string>;

function write(to: string, files: Files): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    writeFileSync(join(to, file), text);
  }
}

/** What the version of `f` in a module is made of, in a process of its own. */
function versionOf(main: string): string {
  const script = `
    process.on('warning', ({ code }) => { if (code === 'ACTIVITY_CACHE_FUNCTION_BODY') process.exit(1); });
    const { reachableCode } = require(${JSON.stringify(join(root, 'lib/key/version/reachable-code'))});
    import(${JSON.stringify(pathToFileURL(main).href)}).then(async ({ f }) =>
      process.stdout.write(await reachableCode().getVersion('', { fn: f, activityType: 'f' })));`;
  return execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
}

const TIMES = 'export const f = (x) => x * rate();\n';
const LIBRARY = '{ "name": "@acme/library", "version": "1.0.0", "type": "module", "exports": ';

test.each<[string, string, Files, Files]>([
  [
    'JSON beside a module of the same name',
    'main.js',
    {
      'main.js': `const { rate } = require('./config');\nexports.f = (x) => x * rate;\n`,
      'config.js': `exports.rate = require('./config.json').rate;\n`,
      'config.json': '{ "rate": 1 }',
    },
    { 'config.json': '{ "rate": 2 }' },
  ],
  [
    'JSON, by another module than the one of its name',
    'main.js',
    {
      'main.js': `require('./config');\nconst c = require('./config.json');\nexports.f = (x) => x * c.rate;\n`,
      'config.js': 'exports.other = () => 1;\n',
      'config.json': '{ "rate": 1 }',
    },
    { 'config.json': '{ "rate": 2 }' },
  ],
  [
    'a folder whose manifest names its main file',
    'main.js',
    {
      'main.js': `const { rate } = require('./rates');\nexports.f = (x) => x * rate();\n`,
      'rates/package.json': '{ "main": "lib/rates" }',
      'rates/lib/rates.js': 'exports.rate = () => 1;\n',
    },
    { 'rates/lib/rates.js': 'exports.rate = () => 2;\n' },
  ],
  [
    'a package of the workspace that has only ES modules',
    'app/main.mjs',
    {
      'app/main.mjs': `import { rate } from '@acme/library';\n${TIMES}`,
      'library/package.json': `${LIBRARY}{ ".": { "types": "./dist/index.d.ts", "import": "./dist/index.js" } } }`,
      'library/dist/index.js': 'export const rate = () => 1;\n',
    },
    { 'library/dist/index.js': 'export const rate = () => 2;\n' },
  ],
  [
    'such a package, by a pattern',
    'app/main.mjs',
    {
      'app/main.mjs': `import { rate } from '@acme/library/rates/first';\n${TIMES}`,
      'library/package.json': `${LIBRARY}{ "./*": { "import": "./dist/all/*.js" } } }`,
      'library/dist/all/rates/first.js': 'export const rate = () => 1;\n',
    },
    { 'library/dist/all/rates/first.js': 'export const rate = () => 2;\n' },
  ],
  [
    'such a package, as the only thing that it exports',
    'app/main.mjs',
    {
      'app/main.mjs': `import { rate } from '@acme/library';\n${TIMES}`,
      'library/package.json': `${LIBRARY}{ "import": "./dist/index.js" } }`,
      'library/dist/index.js': 'export const rate = () => 1;\n',
    },
    { 'library/dist/index.js': 'export const rate = () => 2;\n' },
  ],
  [
    'a package with another build for `require`',
    'app/main.mjs',
    {
      'app/main.mjs': `import { rate } from '@acme/library';\n${TIMES}`,
      'library/package.json': `${LIBRARY}{ "import": "./esm/index.js", "require": "./cjs/index.cjs" } }`,
      'library/esm/index.js': 'export const rate = () => 1;\n',
      'library/cjs/index.cjs': 'exports.rate = () => 1;\n',
    },
    { 'library/esm/index.js': 'export const rate = () => 2;\n' },
  ],
  [
    'an alias of the package itself that only ES modules have',
    'app/src/main.mjs',
    {
      'app/package.json': '{ "name": "app", "imports": { "#rates": { "import": "./src/all/rate.mjs" } } }',
      'app/src/main.mjs': `import { rate } from '#rates';\n${TIMES}`,
      'app/src/all/rate.mjs': 'export const rate = () => 1;\n',
    },
    { 'app/src/all/rate.mjs': 'export const rate = () => 2;\n' },
  ],
  [
    'a name that modules export to each other in a circle',
    'main.mjs',
    {
      'main.mjs': `import { rate } from './index.mjs';\n${TIMES}`,
      'index.mjs': `export * from './first.mjs';\nexport * from './second.mjs';\n`,
      'first.mjs': `export { rate } from './index.mjs';\nexport const first = 1;\n`,
      'second.mjs': 'export const rate = () => 1;\n',
    },
    { 'second.mjs': 'export const rate = () => 2;\n' },
  ],
])('%s', (name, main, files, edit) => {
  const project = join(folder, name.replace(/\W+/g, '-'));
  write(project, files);
  if (files['library/package.json'] !== undefined) {
    mkdirSync(join(project, 'app/node_modules/@acme'), { recursive: true });
    symlinkSync(join(project, 'library'), join(project, 'app/node_modules/@acme/library'), 'dir');
  }
  const before = versionOf(join(project, main));
  write(project, edit);
  expect(versionOf(join(project, main))).not.toBe(before);
});
