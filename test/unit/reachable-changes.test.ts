/** What a module changes while it is loaded, in the ways that people write: one number is edited. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reachedBy } from '../../src/key/version/reachable-code';

type Fn = (...args: never[]) => unknown;
const root = mkdtempSync(join(tmpdir(), 'reachable-changes-'));
afterAll(() => rmSync(root, { recursive: true }));
let n = 0;

/** The version of `act`, and what it answers. */
type Place = (folder: string) => void;

async function read(files: Record<string, string>, place?: Place) {
  const folder = join(root, `${++n}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{"name":"p","imports":{"#list":"./list.js"}}');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  place?.(folder);
  const { act } = jest.requireActual<{ act: Fn }>(join(folder, 'act.js'));
  return { version: reachedBy(act)!.version, answer: JSON.stringify(await act()) };
}

async function edited(files: Record<string, string>, place?: Place) {
  const other = Object.entries(files).map(([name, text]) => [name, text.replace(/\b101\b/, '501')]);
  return [
    await read(files, place),
    await read(Object.fromEntries(other) as Record<string, string>, place),
  ] as const;
}

const LIST = {
  'list.js': 'exports.list = []; exports.add = (x) => exports.list.push(x); exports.table = {};',
};
const OF_OWN = 'const list = []; const table = {}; exports.act = async () => [list, table.f];';
const OF_OTHER = "const { list, add, table } = require('./list'); exports.act = async () => [list, table.f];";

const OWN: [string, string][] = [
  ['by a function, for a value', 'function add(x) { list.push(x); return 1; } const id = add(101);'],
  ['by a function in a const', 'const add = (x) => { list.push(x); }; const x = { v: 101 }; add(x);'],
  ['by a function beside another change', 'const o = {}; const add = (x) => list.push(x); o.a = add(101);'],
  ['by a callback', 'function add(x) { list.push(x); } const all = [101]; all.forEach(add);'],
  ['by a callback of a function', 'const run = (f) => f(); const id = run(() => list.push(101));'],
  [
    'by a function that is handed on',
    'const run = (f) => f(); const g = () => list.push(101); const id = run(g);',
  ],
  ['by a constructor', 'class A { constructor(x) { list.push(x); } } const a = new A(101);'],
  [
    'by a constructor of the base',
    'class B { constructor() { list.push(101); } } class A extends B {} const a = new A();',
  ],
  [
    'by a method of the constructor',
    'class A { constructor() { this.go(); } go() { list.push(101); } } const a = new A();',
  ],
  ['by a method', 'const s = { add(x) { list.push(x); return s; } }; const t = s.add(101);'],
  ['by a method of an instance', 'class A { go(x) { list.push(x); } } const t = new A().go(101);'],
  ['by what a function answers', 'const on = (k) => (x) => list.push([k, x]); const id = on(101)(1);'],
  [
    'by what a function has answered',
    'const on = (k) => (x) => list.push([k, x]); const one = on(101); const id = one(1);',
  ],
  ['by a bound method', 'const add = list.push.bind(list); const id = add(101);'],
  [
    'by what an instance was given',
    'class A { constructor(l) { this.l = l; } go(x) { this.l.push(x); } } const t = new A(list).go(101);',
  ],
  [
    'by a constructor that hands on',
    'class B { constructor(l, x) { l.push(x); } } class A extends B { constructor(x) { super(list, x); } } const a = new A(101);',
  ],
  [
    'by a method that the base calls',
    'class B { constructor() { this.go(); } } class A extends B { go() { list.push(101); } } const a = new A();',
  ],
  ['by call', 'const add = (x) => list.push(x); const id = add.call(null, 101);'],
  ['by a borrowed method', 'const id = Array.prototype.push.call(list, 101);'],
  [
    'by a bound function',
    'const add = (x) => list.push(x); const one = add.bind(null, 101); const id = one();',
  ],
  [
    'by a wrapped function',
    'const wrap = (f) => (...a) => f(...a); const add = () => list.push(101); const id = wrap(add)();',
  ],
  [
    'by a function that was wrapped',
    'const wrap = (f) => (...a) => f(...a); const add = wrap((x) => list.push(x)); const id = add(101);',
  ],
  ['by a function taken from an object', 'const { go } = { go: (x) => list.push(x) }; const id = go(101);'],
  ['by a function in its place', 'const id = ((l, x) => l.push(x))(list, 101);'],
  ['by a template', 'const tag = ([x]) => list.push(x); const id = tag`101`;'],
  ['by a static block', 'class A { static { table.f = 101; } }'],
  ['by a static field', 'function add(x) { return list.push(x); } class A { static id = add(101); }'],
  ['by a list of targets', 'const o = {}; o.a = 1, [table.f] = [101];'],
  ['under another name', 'let all; all = list; all.push(101);'],
  ['as a member', 'const o = {}; o.list = list; o.list.push(101);'],
  ['through a function that answers it', 'const all = () => list; const id = all().push(101);'],
  [
    'through a parameter of a parameter',
    'const b = (l, x) => l.push(x); function a(l, x) { b(l, x); } const id = a(list, 101);',
  ],
  [
    'through a member of a parameter',
    'const add = ({ l }, x) => l.push(x); const id = add({ l: list }, 101);',
  ],
  [
    'through a variable of a function',
    'function add(x) { const { l = list } = {}; l.push(x); } const id = add(101);',
  ],
];
const OTHER: [string, string][] = [
  ['by Object.assign, for a value', 'const all = Object.assign(table, { f: 101 });'],
  ['by an assignment, for a value', 'const f = (table.f = 101);'],
  ['by a static block', 'class A { static { table.f = 101; } }'],
  ['by a function of this module', 'function boot() { add(101); return 1; } const id = boot();'],
  ['by a callback', 'const ids = [101].map(add);'],
  ['for an export', 'exports.id = add(101);'],
  ['without a name', "const id = require('./list').list.push(101);"],
  ['as a member', 'const o = {}; o.list = list; o.list.push(101);'],
];
test.each(OWN)('a list or a table of the module is changed %s', async (_, text) => {
  const [a, b] = await edited({ 'act.js': OF_OWN + text });
  expect(b.answer).not.toBe(a.answer);
  expect(b.version).not.toBe(a.version);
});

test.each(OTHER)('a list or a table of another module is changed %s', async (_, text) => {
  const [a, b] = await edited({ ...LIST, 'act.js': OF_OTHER + text });
  expect(b.answer).not.toBe(a.answer);
  expect(b.version).not.toBe(a.version);
});

test.each([
  ['a statement', 'add(101);'],
  ['a declaration', 'const id = add(101);'],
  ['an export', 'exports.id = add(101);'],
])('a list of a package of the workspace is changed by %s', async (_, text) => {
  const of = {
    'act.js': `const { list, add } = require('@acme/list'); exports.act = async () => list; ${text}`,
  };
  const [a, b] = await edited({ ...of, 'list.js': LIST['list.js'] }, (folder) => {
    const scope = join(folder, 'node_modules/@acme');
    mkdirSync(scope, { recursive: true });
    mkdirSync(join(folder, 'packages'));
    renameSync(join(folder, 'list.js'), join(folder, 'packages/index.js'));
    writeFileSync(join(folder, 'packages/package.json'), '{"name":"@acme/list"}');
    symlinkSync(join(folder, 'packages'), join(scope, 'list'));
  });
  expect(b.answer).not.toBe(a.answer);
  expect(b.version).not.toBe(a.version);
});

test.each<[string, string]>([
  [
    'a method that its name does not tell',
    `class Router { get(k, f) { this[k] = f; return this; } } const router = new Router();
     const more = router.get('a', () => 101); exports.act = async () => router.a();`,
  ],
  [
    'one of two functions that share a variable',
    `const state = (v) => [() => v, (x) => (v = x)]; const [get, set] = state(1);
     const id = set(101); exports.act = async () => get();`,
  ],
  [
    'exports that tsc names as members',
    `exports.list = []; function add(x) { return exports.list.push(x); }
     exports.add = add; exports.id = add(101); exports.act = async () => exports.list;`,
  ],
  [
    'an import that is replaced for a value',
    `let dep = require('./list'); const other = (dep = { list: 101 }); exports.act = async () => dep.list;`,
  ],
  [
    'an import under an alias',
    `const { list, add } = require('#list'); const id = add(101); exports.act = async () => list;`,
  ],
  [
    'a decorator of the module, as tsc writes it',
    `const list = []; function add(c) { list.push(c); return c; } function __decorate(all, c) { return all[0](c) ?? c; }
     let A = class A { go() { return 101; } }; A = __decorate([add], A); exports.act = async () => new list[0]().go();`,
  ],
])('%s', async (_, text) => {
  const [a, b] = await edited({ ...LIST, 'act.js': text });
  expect(b.answer).not.toBe(a.answer);
  expect(b.version).not.toBe(a.version);
});

const GIVEN = `const make = (x) => async () => (typeof x === 'function' ? x.k() : x.k instanceof Function ? x.k() : x.k);`;
test.each<[string, string]>([
  [
    'an instance whose class has more methods',
    'class A {} A.prototype.k = () => 101; exports.act = make(new A());',
  ],
  ['an instance of a function', 'function A() {} A.prototype.k = () => 101; exports.act = make(new A());'],
  [
    'an instance of a function in another',
    'const of = () => { function A() {} A.prototype.k = () => 101; return new A(); }; exports.act = make(of());',
  ],
  ['a class with more members', 'class A {} A.k = () => 101; exports.act = make(A);'],
  ['a function with members', 'const f = () => 1; f.k = () => 101; exports.act = make(f);'],
  ['an object of Object.create', 'exports.act = make(Object.create({ k: () => 101 }));'],
  ['a proxy', 'exports.act = make(new Proxy({}, { get: () => () => 101 }));'],
  ['a list with a member', 'exports.act = make(Object.assign([1], { k: 101 }));'],
])('a factory was given %s', async (_, text) => {
  const [a, b] = await edited({ 'act.js': GIVEN + text });
  expect(b.answer).not.toBe(a.answer);
  expect(b.version).not.toBe(a.version);
});

test.each<[string, string]>([
  ['assigned anew', 'const make = (k) => { k = k * 2; return async () => k; }; exports.act = make(101);'],
  ['given by default', 'const make = (k) => { k ??= 5; return async () => k; }; exports.act = make(101);'],
  ['assigned later', 'const make = (v) => { let k; k = v; return async () => k; }; exports.act = make(101);'],
  [
    'merged with others',
    'const make = (o) => { const all = Object.assign({ a: 1 }, o); return async () => all; }; exports.act = make({ b: 101 });',
  ],
  [
    'among arguments',
    'function make() { const [k] = arguments; return async () => k; } exports.act = make(101);',
  ],
  [
    'on this',
    'function Make(k) { this.k = k; const own = this.k; this.run = async () => own; } exports.act = new Make(101).run;',
  ],
])('what a factory was given counts by value, %s', async (_, text) => {
  const [a, b] = await edited({ 'act.js': text });
  expect(b.answer).not.toBe(a.answer);
  expect(b.version).not.toBe(a.version);
});

test.each<[string, string]>([
  ['its own name', 'const make = () => { const own = started; return async () => typeof own; };'],
  ['an assignment', 'const make = () => { let own = 0; own = started + 1; return async () => typeof own; };'],
])('a time that a factory read does not count, through %s', async (_, text) => {
  const files = { 'act.js': `const started = Math.random(); ${text} exports.act = make();` };
  expect((await read(files)).version).toBe((await read(files)).version);
});

test('the traps of a proxy around the function count', async () => {
  const [a, b] = await edited({
    'act.js': 'exports.act = new Proxy(async () => 1, { apply: async (f) => (await f()) + 101 });',
  });
  expect(b.answer).not.toBe(a.answer);
  expect(b.version).not.toBe(a.version);
});

test.each<[string, string]>([
  ['another factory', 'const other = make(() => list.push(101));'],
  ['a value', 'const sum = (l) => l.reduce((a, b) => a + b, 101); const total = sum(list);'],
  [
    'a copy',
    'const copy = () => { const l = list.map((x) => x); l.push(101); return l; }; const all = copy();',
  ],
  [
    'settings of their own',
    'function settings() { const all = {}; all.a = 101; return all; } const own = settings();',
  ],
  ['another table', 'const other = {}; const set = (k, v) => { other[k] = v; }; const id = set("a", 101);'],
  ['a class', 'class A { constructor() { list.push(101); } } const make2 = () => new A();'],
])('what changes nothing that it reaches is no part of it: %s', async (_, text) => {
  const [a, b] = await edited({
    'act.js': `const list = []; const make = (f) => async () => f(); exports.act = async () => list; ${text}`,
  });
  expect(b.answer).toBe(a.answer);
  expect(b.version).toBe(a.version);
});
