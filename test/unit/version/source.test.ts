/** functionBody: what of a function's source counts, and what does not. */
import { functionBody } from '../../../src/key/version/policy';
import { sourceOf } from '../../../src/key/version/source';
import { evaluate, functionOf } from '../call';

const versionOf = (fn: any): string => functionBody().getVersion('', { fn, activityType: 'train' }) as string;
const versionOfText = (text: string): string => versionOf(functionOf(text));

describe('these are one version', () => {
  test.each<[string, string, string]>([
    ['line comments', '(x) => { return x; }', '(x) => { // why\n return x; // done\n }'],
    ['block comments', '(x) => x + 1', '(x /* a */) => /** b */ x + /* c */ 1'],
    ['documentation inside', 'function f() { return 1; }', 'function f() { /** @returns 1 */ return 1; }'],
    ['white space', 'async (x) => { return [x, 1]; }', 'async(x)=>{return[x,1]}'],
    ['line ends', 'function f(x) {\n return x;\n}', 'function f(x) {\r\n return x;\r\n}'],
    ['no semicolons', '(x) => { let y = x\n return y }', '(x) => { let y = x; return y; }'],
    ['quotes', `() => 'a"b'`, `() => "a\\"b"`],
    ['escapes', `() => 'é'`, `() => '\\u00e9'`],
    ['quotes of directives', `() => { 'use strict'; return 1; }`, `() => { "use strict"; return 1; }`],
    ['parentheses', '(a, b) => a + b * 2', '(a, b) => (a + (b * 2))'],
    ['parentheses of one parameter', 'x => x', '(x) => x'],
    ['parentheses of a result', '(x) => x', '(x) => (x)'],
    ['trailing commas', '(a, b) => f(a, { b }, [1])', '(a, b,) => f(a, { b, }, [1,],)'],
    [
      'wrapped lines',
      '(a) => a.map((x) => x).filter(Boolean)',
      '(a) =>\n a\n .map((x) => x)\n .filter(Boolean)',
    ],
    [
      'types that were blanked out',
      'async (data, n = 1) => data',
      'async (data         , n         = 1)           => data         ',
    ],
  ])('%s do not count', (_name, one, other) => {
    expect(versionOfText(one)).toBe(versionOfText(other));
  });

  test('two closures of one factory, as is documented', () => {
    const factory = evaluate('(n) => async (x) => x * n');
    expect(versionOf(factory(1))).toBe(versionOf(factory(2)));
  });

  test('one body under two policies, and on every call', () => {
    const fn = functionOf('(x) => x');
    const policy = functionBody();
    expect(policy.getVersion('', { fn, activityType: 'a' })).toBe(versionOf(fn));
    expect(policy.getVersion('salt', { fn, activityType: 'b' })).toBe(versionOf(fn));
  });
});

describe('these are two versions', () => {
  test.each<[string, string, string]>([
    ['another number', '() => 1', '() => 2'],
    ['a number and its text', '() => 1', `() => '1'`],
    ['null and 1e999', '() => null', '() => 1e999'],
    ['null and undefined', '() => null', '() => undefined'],
    ['1e999 and -1e999', '() => 1e999', '() => -1e999'],
    ['a number and a bigint', '() => 1', '() => 1n'],
    ['two bigints', '() => 1n', '() => 2n'],
    ['true and false', '() => true', '() => false'],
    ['a regular expression', '() => /a/', '() => /b/'],
    ['flags', '() => /a/g', '() => /a/i'],
    ['a regular expression and its text', '() => /a/', `() => '/a/'`],
    ['a template and its text', '(a) => `${a}`', "() => '${a}'"],
    ['raw text of a template', '() => String.raw`\\u0061`', '() => String.raw`a`'],
    ['white space in a text', `() => 'a b'`, `() => 'a  b'`],
    ['white space in a template', '() => `a b`', '() => `a\n b`'],
    ['what looks like a comment in a text', `() => 'a//b'`, `() => 'a'`],
    ['lone surrogates', `() => '\\ud800'`, `() => '\\ud801'`],
    ['a default', '(x = 1) => x', '(x = 2) => x'],
    ['a default at all', '(x) => x', '(x = 1) => x'],
    ['a parameter name', '(x) => 1', '(y) => 1'],
    ['a destructured parameter', '(x) => 1', '({ x }) => 1'],
    ['a rest parameter', '(x) => x', '(...x) => x'],
    ['async', '() => 1', 'async () => 1'],
    ['a generator', 'function f() { return 1; }', 'function* f() { return 1; }'],
    ['an async generator', 'async function f() { return 1; }', 'async function* f() { return 1; }'],
    ['an arrow', 'function () { return 1; }', '() => { return 1; }'],
    ['a block and a result', '() => 1', '() => { return 1; }'],
    ['no result', '() => { return 1; }', '() => { 1; }'],
    ['an operator', '(a, b) => a + b', '(a, b) => a - b'],
    ['=== and ==', '(a) => a === 1', '(a) => a == 1'],
    ['?? and ||', '(a) => a ?? 1', '(a) => a || 1'],
    ['?. and .', '(a) => a?.b', '(a) => a.b'],
    ['parentheses that end a chain', '(a) => a?.b.c', '(a) => (a?.b).c'],
    ['parentheses that change the order', '(a, b) => a + b * 2', '(a, b) => (a + b) * 2'],
    ['prefix and postfix', '(a) => ++a', '(a) => a++'],
    ['let and const', '() => { let a = 1; return a; }', '() => { const a = 1; return a; }'],
    ['await', 'async (a) => await a', 'async (a) => a'],
    ['a label', '() => { a: for (;;) break a; }', '() => { b: for (;;) break b; }'],
    ['a hole in a list', '() => [1, , 2]', '() => [1, 2]'],
    ['a computed name', '(a) => ({ [a]: 1 })', '(a) => ({ a: 1 })'],
    ['a spread', '(a) => [a]', '(a) => [...a]'],
    ['a property', '(a) => a.b', '(a) => a.c'],
    ['a return and its value apart', '() => { return\n1; }', '() => { return 1; }'],
    ['a directive', '() => { "use strict"; return 1; }', '() => { ("use strict"); return 1; }'],
    ['an import', `() => import('a')`, `() => import('b')`],
    ['a nested function', '() => () => 1', '() => () => 2'],
    ['a private member', '() => class { #a = 1; }', '() => class { #a = 2; }'],
  ])('%s', (_name, one, other) => {
    expect(versionOfText(one)).not.toBe(versionOfText(other));
  });

  test('a method, a function expression, and async and generator methods of the same body', () => {
    const method = evaluate('({ train(x) { return x; } })').train;
    expect(versionOf(method)).not.toBe(versionOfText('function (x) { return x; }'));
    expect(versionOf(evaluate('({ async train(x) { return x; } })').train)).not.toBe(versionOf(method));
    expect(versionOf(evaluate('({ *train(x) { return x; } })').train)).not.toBe(versionOf(method));
  });
});

describe('functions of every form have a source', () => {
  test.each<[string, unknown]>([
    ['a method of an object', evaluate('({ async train(data, n = 1) { return data; } })').train],
    ['a method with a computed name', evaluate(`({ ['a' + 'b'](data, n = 1) { return data; } })`).ab],
    ['a method with a text as name', evaluate(`({ 'a b'(data, n = 1) { return data; } })`)['a b']],
    ['a method that calls super', evaluate('({ train(data, n = 1) { return super.train?.(data); } })').train],
    [
      'a method of a class',
      evaluate('(class { async train(data, n = 1) { return data; } })').prototype.train,
    ],
    ['a static method', evaluate('(class { static async train(data, n = 1) { return data; } })').train],
    ['a method named get', evaluate('(class { get(data, n = 1) { return data; } })').prototype.get],
    [
      'a method that uses private names',
      evaluate('(class { #db = 1; train(data, n = 1) { return this.#db; } })').prototype.train,
    ],
    [
      'an arrow that uses private names',
      new (evaluate('(class { #db = 1; train = async (data, n = 1) => this.#db; })'))().train,
    ],
    [
      'a private method',
      evaluate(
        '(class { #train(data, n = 1) { return data; } static of() { return this.prototype.get.call(new this()); } get() { return this.#train; } })',
      ).of(),
    ],
    ['sloppy code', functionOf('function (data, n = 1) { with (data) { return n; } }')],
    [
      'code that names a variable await',
      functionOf('function (data, n = 1) { var await = 1; return await; }'),
    ],
    ['a text about native code', functionOf(`(data, n = 1) => '{ [native code] }'`)],
    ['a comment about native code', functionOf('(data, n = 1) => { return 1; /* { [native code] } */ }')],
  ])('%s', (_name, fn) => {
    const { parameters } = sourceOf(fn as () => void);
    expect(parameters.map(({ name }) => name)).toEqual(['data', 'n']);
  });

  test('two methods that use private names differ by their bodies', () => {
    const make = (result: string) => evaluate(`(class { #a; train() { return this.#a + ${result}; } })`);
    expect(versionOf(make('1').prototype.train)).not.toBe(versionOf(make('2').prototype.train));
  });
});

describe('functions without a source throw, and say what to do', () => {
  test.each<[string, any, string]>([
    ['a bound function', async function train() {}.bind(null), "function 'bound train'"],
    ['a native function', Math.max, "function 'max'"],
    ['a proxy of a function without a name', new Proxy(() => 1, {}), "function 'an anonymous function'"],
    ['a bound class', class {}.bind(null), 'bound or native'],
  ])('%s', (_name, fn, message) => {
    const version = () => versionOf(fn);
    expect(version).toThrow(message);
    expect(version).toThrow(`its version stays the same whatever becomes of service.run: raise a 'salt'`);
    expect(version).toThrow("Give a 'version', or 'policies', that change when it does");
    expect(version).toThrow(expect.objectContaining({ code: 'ACTIVITY_CACHE_OPTIONS' }));
  });

  test('one whose source is too large to be read, too', () => {
    const long = functionOf(`(a) => ${Array(20_000).fill('a').join('+')}`);
    expect(() => versionOf(long)).toThrow("Give a 'version', or 'policies', that change when it does");
  });
});
