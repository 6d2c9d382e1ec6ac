/** The automatic version of a whole Workflow changes with the code that it reaches in its bundle. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { CachePlugin } from 'temporal-activity-cache';
import { workflowCode } from '../../src/key/version/workflow-code';

const root = mkdtempSync(join(tmpdir(), 'workflow-code-'));
afterAll(() => rmSync(root, { recursive: true }));

const FILES = {
  'workflows.ts': `
    import { proxyActivities } from '@temporalio/workflow';
    import { cachedWorkflow } from 'temporal-activity-cache/workflow';
    import { round } from 'rounding';
    import { rates } from './rates';
    import { price } from './prices/price';
    import * as other from './other';
    import { made } from './made';
    import './registered';
    const { load } = proxyActivities<{ load(): Promise<number> }>({ startToCloseTimeout: '1 minute' });
    const FACTOR = 3;
    export const quote = cachedWorkflow('auto', async function quote(n: number) {
      return price(await load(), FACTOR) * round(n) * rates.normal;
    });
    export async function sibling() { return other.sum(1, 2); }
    export { made };`,
  'interceptors.ts': 'export const interceptors = () => ({ inbound: [], limit: 23 });',
  'rates.ts': 'export const rates = { normal: 1.5, high: 2 };',
  'registered.ts': `import { rates } from './rates'; Object.assign(rates, { extra: 7 });`,
  'prices/price.ts': `
    import { tax } from './tax';
    export function price(base: number, factor: number) { return tax(base) * factor; }
    export function unused() { return 'unused'; }`,
  'prices/tax.ts': 'export function tax(base: number) { return base * 1.19; }',
  'other.ts': 'export function sum(a: number, b: number) { return a + b; }',
  'make.ts': 'export const make = (k: number) => async function made() { return k; };',
  'made.ts': `import { make } from './make'; export const made = make(5);`,
  'node_modules/tracing/package.json': '{ "name": "tracing", "version": "1.0.0", "main": "index.js" }',
  'node_modules/tracing/index.js':
    'exports.traced = (fn) => async function traced(...args) { return fn(...args); };',
  'node_modules/rounding/package.json': '{ "name": "rounding", "version": "1.0.0", "main": "index.js" }',
  'node_modules/rounding/index.js': `const { up } = require('./up'); exports.round = (n) => up(n);`,
  'node_modules/rounding/up.js': 'exports.up = (n) => Math.ceil(n);',
};
type File = keyof typeof FILES;
type Bundle = { code: string };

let projects = 0;
async function bundled(edits: Partial<Record<File, [from: string, to: string]>>, folder = `${++projects}`) {
  const project = join(root, folder);
  for (const [name, text] of Object.entries(FILES)) {
    const [from, to] = edits[name as File] ?? ['', ''];
    expect(text).toContain(from);
    mkdirSync(dirname(join(project, name)), { recursive: true });
    writeFileSync(join(project, name), text.replace(from, to));
  }
  const packages = join(__dirname, '../../node_modules');
  symlinkSync(join(packages, '@temporalio'), join(project, 'node_modules/@temporalio'));
  symlinkSync(join(__dirname, '../..'), join(project, 'node_modules/temporal-activity-cache'));
  const workflowsPath = join(project, 'workflows.ts');
  return bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules: [join(project, 'interceptors.ts')],
    plugins: [new CachePlugin()],
    logger: quiet,
  });
}

const none = () => undefined;
const quiet = { log: none, trace: none, debug: none, info: none, warn: none, error: none };

/** What the isolate sends to the host: the text of the function as it runs. */
function sourceIn({ code }: Bundle, name: string): string {
  const text = new RegExp(`async function ${name}\\([\\s\\S]*?\\n? *\\}`).exec(code)?.[0];
  expect(text).toBeDefined();
  return text!;
}

const policyOf = (bundle: Bundle, name: string) =>
  workflowCode(name, sourceIn(bundle, name), () => bundle.code);

let before: Bundle;
beforeAll(async () => (before = await bundled({})));
const versionIn = (bundle: Bundle, name = 'quote') => policyOf(bundle, name).getVersion('', {} as never);

/** The bundle of edited sources. Webpack leaves these texts as they are. */
function edited(from: string, to: string, { code } = before): Bundle {
  expect(code).toContain(from);
  return { code: code.replace(from, to) };
}

test.each<[what: string, from: string, to: string]>([
  ['a function two imports away', '1.19', '1.07'],
  ['a constant beside it', 'FACTOR = 3', 'FACTOR = 4'],
  ['a value that it imports', 'normal: 1.5', 'normal: 1.6'],
  ['what a module does to the value when it is loaded', 'extra: 7', 'extra: 8'],
  ['code of a package', 'Math.ceil', 'Math.floor'],
  ['an interceptor', 'limit: 23', 'limit: 24'],
  ['the function itself', 'await load()', 'await load(), 1'],
])('it changes with %s', (_, from, to) => {
  expect(versionIn(edited(from, to))).not.toBe(versionIn(before));
});

test.each<[what: string, from: string, to: string]>([
  ['another Workflow of the file', 'sum(1, 2)', 'sum(2, 2)'],
  ['code that only another Workflow reaches', 'a + b', 'a - b'],
  ['an export that nobody uses', 'unused()', 'unused(n)'],
  ['a comment', 'return base * 1.19', '/* with the tax */ return base * 1.19'],
])('it does not change with %s', (_, from, to) => {
  expect(versionIn(edited(from, to))).toBe(versionIn(before));
});

test('it does not change with an import more', async () => {
  const more = "import { make } from './make'; export const more = () => make(1); import { rates }";
  expect(versionIn(await bundled({ 'workflows.ts': ['import { rates }', more] }))).toBe(versionIn(before));
});

test('it changes with what a factory was given, which the closure alone knows', () => {
  expect(versionIn(edited('(5)', '(6)'), 'made')).not.toBe(versionIn(before, 'made'));
});

describe('wrapped by a package', () => {
  // A call of a package may register what it gets, so that such a Workflow counts for all others.
  const wrap =
    "import { traced } from 'tracing'; export { made }; " +
    "export const wrapped = cachedWorkflow('auto', traced(async function inner() { return other.sum(2, 3); }));";
  let unedited: Bundle;
  beforeAll(async () => (unedited = await bundled({ 'workflows.ts': ['export { made };', wrap] })));

  test.each<[what: string, from: string, to: string]>([
    ['what the wrapped function reaches', 'a + b', 'a - b'],
    ['the package', 'fn(...args)', 'fn(...args, 1)'],
  ])('it changes with %s', (_, from, to) => {
    const versionOf = (bundle: Bundle) =>
      workflowCode('wrapped', sourceIn(bundle, 'traced'), () => bundle.code).getVersion('', {} as never);
    expect(versionOf(edited(from, to, unedited))).not.toBe(versionOf(unedited));
  });
});

test('it is the same in another folder, and its pieces have the names of the files', async () => {
  const [one, other] = [await bundled({}, 'a/b/c'), await bundled({}, 'd')];
  const [first, second] = [one, other].map((bundle) => policyOf(bundle, 'quote'));
  expect(first!.getVersion('', {} as never)).toBe(second!.getVersion('', {} as never));
  const names = Object.keys((await first!.getPieces!('', {} as never))!);
  expect(names.filter((name) => /#(quote|price|tax|rates)$/.test(name))).toHaveLength(4);
  expect(names).toContain('package rounding');
});

test('a bundle that is minified: all of it counts, and a warning says so once', () => {
  const warned = jest.spyOn(process, 'emitWarning').mockReturnValue();
  const versionOf = (code: string) =>
    workflowCode('small', 'async function small(n){return n}', () => code).getVersion('', {} as never);
  expect(versionOf('(()=>{var a={1(e,t,r){}}})()')).toBe(versionOf('(()=>{var a={1(e,t,r){}}})()'));
  expect(versionOf('(()=>{var a={1(e,t,r){}}})()')).not.toBe(versionOf('(()=>{var a={2(e,t,r){}}})()'));
  expect(warned.mock.calls.map(([text]) => text)).toEqual([expect.stringContaining("Workflow 'small'")]);
});
