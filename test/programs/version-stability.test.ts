/** The version of the same code is the same, whatever the runtime has forgotten or loaded meanwhile. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'stability-'));
afterAll(() => rmSync(folder, { recursive: true }));

function project(name: string, files: Record<string, string>): string {
  mkdirSync(join(folder, name));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, file), text);
  return join(folder, name);
}

/** Translates TypeScript while it is required, as a loader for development does. */
const TRANSLATE = `
  const { readFileSync } = require('node:fs');
  const ts = require(${JSON.stringify(require.resolve('typescript'))});
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  const plain = require.extensions['.js'];
  require.extensions['.ts'] = (module, path) =>
    path.startsWith(${JSON.stringify(folder)})
      ? module._compile(ts.transpileModule(readFileSync(path, 'utf8'), { compilerOptions }).outputText, path)
      : plain(module, path);`;

/** The version of what \`main\` exports as \`f\`, in a process of its own, after \`before\` has run. */
function versionOf(main: string, before = '', hook = ''): string {
  const script = `
    ${hook}
    const { reachableCode } = require(${JSON.stringify(join(root, 'lib/key/version/reachable-code'))});
    const main = require(${JSON.stringify(main)});
    setTimeout(async () => {
      ${before}
      process.stdout.write(await reachableCode().getVersion('', { fn: main.f, activityType: 'f' }));
    }, 20);`;
  return execFileSync(process.execPath, ['--expose-gc', '-e', script], { encoding: 'utf8' });
}

/** A module of which no function is left. */
const CONSTANTS = 'exports.RATE = 3;\nexports.OTHER = 4;\n';
const USING = `const c = require('./constants');\nexports.f = (x) => x * c.RATE;\n`;

test('garbage is collected, and the script of a module with it', () => {
  const main = join(project('collected', { 'constants.js': CONSTANTS, 'main.js': USING }), 'main.js');
  expect(versionOf(main, 'gc(); gc();')).toBe(versionOf(main));
});

test('the same where a hook translates TypeScript', () => {
  const files = {
    'constants.ts': 'export const RATE: number = 3;\n',
    'main.ts': `import { RATE } from './constants';\nexport const f = (x: number) => x * RATE;\n`,
  };
  const main = join(project('translated', files), 'main.ts');
  expect(versionOf(main, 'gc(); gc();', TRANSLATE)).toBe(versionOf(main, '', TRANSLATE));
});

test('the same where a hook translates JavaScript', () => {
  const files = { 'constants.js': 'export const RATE = 3;\n', 'main.js': USING };
  const main = join(project('translated-js', files), 'main.js');
  const hook = TRANSLATE.replace("['.ts']", "['.js']");
  expect(versionOf(main, 'gc(); gc();', hook)).toBe(versionOf(main, '', hook));
});

test('an edit of a module whose script is gone changes the version', () => {
  const edited = CONSTANTS.replace('3', '5');
  const [before, after] = [CONSTANTS, edited].map((constants, i) => {
    const files = { 'constants.js': constants, 'main.js': USING };
    return versionOf(join(project(`edited-${i}`, files), 'main.js'), 'gc(); gc();');
  });
  expect(after).not.toBe(before);
});

test('a function that is not reached has loaded a module meanwhile', () => {
  const files = {
    'list.js': 'const list = []; exports.add = (x) => list.push(x);\n',
    'lazy.js': `require('./list').add(1);\nexports.keep = () => 1;\n`,
    'main.js': `function load() { return require('./lazy'); }\nexports.load = load;\nexports.f = (x) => x;\n`,
  };
  const main = join(project('lazy', files), 'main.js');
  expect(versionOf(main, 'main.load();')).toBe(versionOf(main));
});

describe('a file that was loaded is edited before its version is needed', () => {
  const USES = `const { RATE } = require('./constants');
    const settings = require('./settings.json');
    const { other } = require('./other');
    exports.f = (x) => x * RATE * settings.rate * require('./other').other();\n`;
  const FILES = {
    'constants.js': CONSTANTS,
    'settings.json': '{ "rate": 3 }',
    'other.js': 'exports.other = () => 3;\n',
    'main.js': USES,
  };
  const inProcess = (main: string, file: string, text: string) =>
    versionOf(
      main,
      `gc(); gc(); require('node:fs').writeFileSync(${JSON.stringify(join(main, '..', file))}, ${JSON.stringify(text)});`,
    );

  test.each(['constants.js', 'settings.json', 'other.js'] as const)(
    'the old code has no version that the new text has, %s',
    (file) => {
      const main = join(project(`edited-${file}`, FILES), 'main.js');
      const edited = FILES[file].replace('3', '5');
      const before = versionOf(main);
      const meanwhile = inProcess(main, file, edited);
      expect(new Set([before, meanwhile, versionOf(main)]).size).toBe(3);
    },
  );

  test('JSON that says the same has the same version as its text', () => {
    const main = join(project('reformatted', FILES), 'main.js');
    const meanwhile = inProcess(main, 'settings.json', '{"rate":3}');
    expect(meanwhile).toBe(versionOf(main));
  });
});

test('other functions were read before', () => {
  const files = {
    'first.js': `const second = require('./second'); exports.first = () => second.value;\n`,
    'second.js': `const first = require('./first'); exports.value = 1; exports.second = () => first.first();\n`,
    'main.js': `const of = (n) => () => require('./first').first() + n;
      exports.other = of(1);
      exports.f = () => require('./first').first();\n`,
  };
  const main = join(project('read-before', files), 'main.js');
  const readBefore = `await reachableCode().getVersion('', { fn: main.other, activityType: 'other' });`;
  expect(versionOf(main, readBefore)).toBe(versionOf(main));
});

test('the hook of a file that is no code is not called again', () => {
  const files = {
    'data.addon': 'x',
    'main.js': `const data = require('./data.addon');\nexports.f = (x) => x + data.length;\n`,
  };
  const main = join(project('addon', files), 'main.js');
  const hook = `let loads = 0; require.extensions['.addon'] = (module) => {
    if (++loads > 1) { process.stderr.write('loaded again'); process.exit(7); }
    module.exports = 'x';
  };`;
  expect(versionOf(main, '', hook)).not.toBe('');
});
