/** Forms of code in which one number is edited: each edit gives another version, whatever the form. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reachedBy } from '../../src/key/version/reachable-code';

type Fn = (...args: never[]) => unknown;
const root = mkdtempSync(join(tmpdir(), 'reachable-forms-'));
afterAll(() => rmSync(root, { recursive: true }));
let n = 0;
const load = (files: Record<string, string>) => {
  const folder = join(root, `${++n}`);
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return jest.requireActual<{ act: Fn }>(join(folder, 'act.js')).act;
};
const version = (files: Record<string, string>) => reachedBy(load(files))!.version;
const ACT = `const x_1 = require('./x'); exports.act = async () => x_1.value;`;
test.each<[string, string]>([
  ['negative', 'exports.value = -1;'],
  ['not', 'exports.value = !1;'],
  ['assign', 'Object.assign(exports, { value: 1 });'],
  ['helper given exports', 'const fill = (to, v) => { to.value = v; }; fill(exports, 1);'],
  ['of a call with exports', 'const f = (a, b) => b; exports.value = f(exports, 1);'],
  ['computed', "const k = 'value'; exports[k] = 1;"],
  ['computed in a loop', "for (const k of ['value']) exports[k] = 1;"],
  ['this', 'this.value = 1;'],
  ['module exports spread', 'const r = { value: 1 }; module.exports = { ...r };'],
  ['getter', "Object.defineProperty(exports, 'value', { get() { return 1; } });"],
  ['defineProperties', 'Object.defineProperties(exports, { value: { value: 1 } });'],
  ['function called', 'function f() { exports.value = 1; } f();'],
  ['chained', 'module.exports = exports = { value: 1 };'],
  ['alias', 'const e = exports; e.value = 1;'],
  ['own importer', 'const importAll = (m) => 1; const y = importAll(require("./h")); exports.value = y;'],
  ['conditional', 'if (true) { exports.value = 1; }'],
  ['block in try', 'try { exports.value = 1; } catch {}'],
])('an export, %s', (_, text) => {
  const h = { 'h.js': '' };
  const a = version({ 'act.js': ACT, 'x.js': text, ...h });
  const b = version({ 'act.js': ACT, 'x.js': text.replace(/1(?=[^1]*$)/, '2'), ...h });
  expect(b).not.toBe(a);
});
test.each<[string, string]>([
  [
    'helper of a factory',
    'function make() { function helper() { return 1; } const u = helper(); return async () => u; } exports.act = make();',
  ],
  [
    'pure const of a factory',
    'function make() { const k = 1; const u = Math.max(k, 0); return async () => u; } exports.act = make();',
  ],
  [
    'arrow of a factory',
    'function make() { const helper = () => 1; const u = helper(); return async () => u; } exports.act = make();',
  ],
  [
    'class of a factory',
    'function make() { class A { v() { return 1; } } const u = new A().v(); return async () => u; } exports.act = make();',
  ],
  [
    'param of a variable named module',
    'function make(module) { return async () => module; } exports.act = make(1);',
  ],
])('%s', (_, text) => {
  expect(version({ 'act.js': text.replace(/1(?=[^1]*$)/, '2') })).not.toBe(version({ 'act.js': text }));
});
test('a large captured list is read at once: its last number counts', () => {
  const make = (rows: unknown) => async () => rows;
  const rows = Array.from({ length: 100_000 }, (_, i) => ({ i }));
  const before = reachedBy(make(rows) as Fn)!;
  rows[99_999]!.i = -1;
  expect(reachedBy(make(rows) as Fn)!.version).not.toBe(before.version);
  expect(before.manifest.opaque).toEqual([]);
});

test('a captured list of very many functions is listed as unseen, once', () => {
  const make = (rows: unknown) => async () => rows;
  const { manifest } = reachedBy(make(Array.from({ length: 2_000 }, () => () => 1)) as Fn)!;
  expect(manifest.opaque).toHaveLength(1);
});

const APP = `class App { fs = []; use(f) { this.fs.push(f); return this; } run(x) { return this.fs.reduce((a, f) => f(a), x); } }
  exports.app = new App(); exports.table = {}; exports.register = (f) => { exports.app.use(f); };`;
const USES = `const { app, table, register } = require('./app'); exports.act = async () => app.run(table.f);`;
test.each<[string, string]>([
  ['called', 'app.use((x) => x + 1);'],
  ['called in a chain', 'app.use((x) => x).use((x) => x + 1);'],
  ['called by a helper', 'register((x) => x + 1);'],
  ['called in a function that is called', 'function setup() { app.use((x) => x + 1); } setup();'],
  ['called for a value', 'const unused = app.use((x) => x + 1);'],
  ['assigned', 'table.f = () => 1;'],
  ['assigned under another name', 'const t = table; t.f = () => 1;'],
  ['assigned by Object.assign', 'Object.assign(table, { f: () => 1 });'],
  ['taken apart', 'const { fs } = app; fs.push((x) => x + 1);'],
  ['in a block', 'if (true) { app.use((x) => x + 1); }'],
  ['in a loop', "for (const k of ['f']) table[k] = () => 1;"],
  ['in a class', 'class Z { static { app.use((x) => x + 1); } }'],
  [
    'of this module, held by another',
    'const x = { l: [] }; const all = { x }; all.x.l.push(1); exports.act = async () => x.l;',
  ],
  [
    'of this module, by a function that answers something',
    'const on = (t, f) => { t.f = f; return () => delete t.f; }; const t = {}; const off = on(t, () => 1); exports.act = async () => t.f();',
  ],
  [
    'of this module, by a method in such a function',
    'function on(l, f) { l.push(f); return l.length; } const l = []; const at = on(l, () => 1); exports.act = async () => l.map((f) => f());',
  ],
])('what another module has, %s', (_, text) => {
  const edited = text.replace(/1(?=[^1]*$)/, '2');
  const [a, b] = [text, edited].map((one) => version({ 'app.js': APP, 'act.js': USES + one }));
  expect(b).not.toBe(a);
  const index = `const { act } = require('./index'); exports.act = async () => act();`;
  const [c, d] = [text, edited].map((one) =>
    version({ 'app.js': APP, 'index.js': USES + one, 'act.js': index }),
  );
  expect(d).not.toBe(c);
});

test('a statement at the start of a module that changes only what the function does not reach is no part of it', () => {
  const text = `const seen = []; seen.push(1); function Old() {} Old.prototype.go = function () { return seen.map(Number); };
    exports.act = async () => 'act'; exports.Old = Old;`;
  expect(version({ 'act.js': text.replace('push(1)', 'push(2)') })).toBe(version({ 'act.js': text }));
});

test.each(["require('./late')", "import('./late.js')"])(
  'what a module loads later, by %s, counts alike before and after',
  (loads) => {
    const files = {
      'act.js': `const { table } = require('./table'); require('./other'); exports.act = async () => table;`,
      'table.js': 'exports.table = {};',
      'late.js': "const { table } = require('./table'); table.f = 1;",
      'other.js': `exports.other = async () => ${loads};`,
    };
    const before = version(files);
    const act = load(files);
    jest.requireActual(join(root, `${n}`, 'late.js'));
    expect(reachedBy(act)!.version).toBe(before);
  },
);
