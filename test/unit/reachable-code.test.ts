/** What `'auto'` sees beside the function's own text. Functions are given to the policy as Workers give them. */
import { CachePlugin, reachableCode } from 'temporal-activity-cache';
import { PACKAGE_VERSION } from '../../src/package-version';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Script } from 'node:vm';
import { reachedBy } from '../../src/key/version/reachable-code';

type Fn = (...args: never[]) => unknown;
const policy = reachableCode();
const versionOf = (fn: Fn) => policy.getVersion('', { fn, activityType: 'f' });
const namesOf = (fn: Fn) =>
  Object.keys(reachedBy(fn)!.manifest.nodes).map((name) => name.replace(/^.*#/, ''));

const RATE = 3;
const rate = () => RATE;
function scale(x: number): number {
  return x * rate();
}
const traced =
  <A extends unknown[], R>(fn: (...args: A) => R) =>
  (...args: A): R =>
    fn(...args);
const stepOf = (name: string) => async () => name;
const helped = (helper: () => number) => async () => helper();

class Service {
  constructor(private readonly deps: { load: () => number }) {}
  async one() {
    return this.helper() + this.deps.load();
  }
  async two() {
    return 2;
  }
  private helper() {
    return 1;
  }
}

test('functions and constants that it reaches count, by name', () => {
  expect(namesOf(async (x: number) => scale(x))).toEqual(expect.arrayContaining(['scale', 'rate', 'RATE']));
});

test('a wrapper, a bound function and a mock are seen through', () => {
  const body = async (x: number) => scale(x);
  for (const fn of [traced(body), body.bind(undefined), jest.fn(body), traced(traced(body))])
    expect(namesOf(fn as Fn)).toEqual(expect.arrayContaining(['scale', 'rate', 'RATE']));
  expect(versionOf(traced(body))).not.toBe(versionOf(traced(async (x: number) => scale(x) + 1)));
  expect(versionOf(jest.fn(body) as Fn)).not.toBe(versionOf(jest.fn(async () => 1) as Fn));
});

test('a function of a package, or of Node, that wraps one of the project is seen through', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reachable-code-'));
  const inPackage = join(folder, 'node_modules', 'wrapping');
  mkdirSync(inPackage, { recursive: true });
  writeFileSync(join(inPackage, 'package.json'), '{ "name": "wrapping", "version": "1.2.3" }');
  writeFileSync(join(inPackage, 'index.js'), 'exports.wrap = (fn) => (...args) => fn(...args);');
  const { wrap } = jest.requireActual<{ wrap: (fn: Fn) => Fn }>(inPackage);
  const wrapped = wrap(async (x: number) => scale(x));
  expect(namesOf(wrapped)).toEqual(expect.arrayContaining(['scale', 'RATE']));
  expect(reachedBy(wrapped)!.manifest.packages).toEqual(['wrapping@1.2.3']);
  expect(namesOf(promisify((x: number) => scale(x)))).toEqual(expect.arrayContaining(['scale', 'RATE']));
  rmSync(folder, { recursive: true });
});

test('what a factory was given counts, by value', () => {
  expect(versionOf(stepOf('a'))).not.toBe(versionOf(stepOf('b')));
  expect(versionOf(stepOf('a'))).toBe(versionOf(stepOf('a')));
  expect(versionOf(helped(() => 1))).not.toBe(versionOf(helped(() => 2)));
});

test('what differs between two runs of the same code does not count: a time, a counter, a memo', () => {
  const make = () => {
    const begun = Date.now() + Math.random();
    const memo = new Map<number, number>();
    let calls = 0;
    return async (x: number) => {
      memo.set(x, begun);
      return calls++;
    };
  };
  const one = make();
  void one(1);
  expect(versionOf(one)).toBe(versionOf(make()));
});

test('a method reaches what it names, not the other methods of its class', () => {
  const service = new Service({ load: () => scale(4) });
  const one = service.one.bind(service) as Fn;
  expect(namesOf(one)).toEqual(expect.arrayContaining(['one', 'helper', 'load', 'scale', 'RATE']));
  expect(namesOf(one)).not.toContain('two');
  const other = new Service({ load: () => 5 });
  expect(versionOf(one)).not.toBe(versionOf(other.one.bind(other) as Fn));
});

test('an arrow in a field reaches the methods of its class, and lists the data that it does not see', () => {
  class Embedding {
    constructor(private readonly model: { name: string }) {}
    readonly embed = traced(async () => this.model.name + this.suffix());
    private suffix() {
      return scale(1);
    }
  }
  const { embed } = new Embedding({ name: 'small' });
  expect(namesOf(embed)).toEqual(expect.arrayContaining(['embed', 'suffix', 'scale']));
  expect(reachedBy(embed)!.manifest.opaque).toEqual([expect.stringMatching(/this\.model$/)]);
});

test('an arrow that delegates to an instance reaches its class; its data is listed as unseen', () => {
  const through = (service: Service) => async () => service.one();
  const fn = through(new Service({ load: () => 1 }));
  expect(namesOf(fn)).toEqual(expect.arrayContaining(['Service']));
  expect(reachedBy(fn)!.manifest.opaque).toEqual([expect.stringContaining('service')]);
});

test('what was read before changes no version, however large it is', () => {
  const large = Array.from({ length: 2_000 }, (_, i) => ({ i }));
  const first = stepOf as unknown as (data: unknown) => Fn;
  const alone = versionOf(first({ rows: [1] }));
  void versionOf(first(large));
  expect(versionOf(first({ rows: [1] }))).toBe(alone);
});

describe('code that is loaded while it runs', () => {
  type Code = Record<string, Fn>;
  const loaded = new Map<string, Code>();
  const pathOf = (name: string) => join(tmpdir(), 'loaded-again', name);
  const require = (name: string) => loaded.get(pathOf(name));
  const load = (name: string, text: string) => {
    const script = new Script(`(function (exports, require) {${text}\n})`, { filename: pathOf(name) });
    const code: Code = {};
    loaded.set(pathOf(name), code);
    (script.runInThisContext() as (...given: unknown[]) => void)(code, require);
    return code;
  };

  test('has another version when another import is behind the same text', () => {
    const main = `const part = require('./part.js'); exports.f = () => part.g();`;
    load('part.js', 'exports.g = () => 1;');
    const before = versionOf(load('main.js', main).f!);
    load('part.js', 'exports.g = () => 2;');
    expect(versionOf(load('main.js', main).f!)).not.toBe(before);
  });

  test('has the same version when it is loaded again, also where both are reached', () => {
    const first = `const second = require('./second.js'); exports.f = () => h() + second.g(); const h = () => 5; exports.h = h;`;
    load('second.js', `const first = require('./first.js'); exports.g = () => first.h();`);
    const f = load('first.js', first).f!;
    const again = load('first.js', first).f!;
    expect(versionOf(again)).toBe(versionOf(f));
  });

  test('is read whole, however long the chain of calls in its module is', () => {
    const chain = Array.from({ length: 1_500 }, (_, i) => `const f${i} = () => f${i + 1}();`).join('\n');
    const { f } = load('chain.js', `${chain}\nconst f1500 = () => 1; const f = () => 2; exports.f = f;`);
    expect(namesOf(f!)).toEqual(['f']);
  });

  test('is read to its end, however long the chain of calls is', () => {
    const chain = Array.from({ length: 4_000 }, (_, i) => `const f${i} = () => f${i + 1}();`);
    const { f } = load('chain.js', `${chain.join('\n')} const f4000 = () => 1; exports.f = f0;`);
    expect(namesOf(f!)).toHaveLength(4_001);
  });
});

test('comments and layout do not count', () => {
  const one = async (x: number) => scale(x);
  // prettier-ignore
  const other = async (x: number) =>
    /* a comment */ scale( x );
  expect(versionOf(one)).toBe(versionOf(other));
});

test('this package is no part of a version, imported or captured', () => {
  const cacheOf = (plugin: CachePlugin) => async () => [plugin.name, PACKAGE_VERSION];
  const fn = cacheOf(new CachePlugin({ store: 'memory:' }));
  expect(namesOf(fn).filter((name) => /CachePlugin|PACKAGE_VERSION/.test(name))).toEqual([]);
  expect(reachedBy(fn)!.manifest.packages).toEqual([]);
});
