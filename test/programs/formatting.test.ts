/** Formatters and their usual lint rules change no version and no signature; whatever else changes in a function does. */
import { readFileSync } from 'node:fs';
import { type AnyNode, type Literal, parse } from 'acorn';
import { Linter } from 'eslint';
import fc from 'fast-check';
import type { Options } from 'prettier';
import * as babel from 'prettier/plugins/babel';
import * as estree from 'prettier/plugins/estree';
import { format } from 'prettier/standalone';
import { sourceOfText } from '../../src/key/version/source';

const STYLES: Options[] = [
  {},
  { semi: false, singleQuote: true, quoteProps: 'consistent', trailingComma: 'none', arrowParens: 'avoid' },
  { printWidth: 30, tabWidth: 8, quoteProps: 'preserve', bracketSameLine: true, objectWrap: 'collapse' },
];
const prettify = (text: string, style: Options): Promise<string> =>
  format(text, { ...style, parser: 'babel', plugins: [babel, estree as never] });

const bodyOf = (text: string): string => sourceOfText(text, 'f').body;

describe('these are one version', () => {
  test.each<[string, string, string]>([
    ['quotes around names', `() => ({ 'url': 1, 'a-b': 2 })`, `() => ({ url: 1, 'a-b': 2 })`],
    ['quotes around numbers', `() => ({ '1': 1 })`, `() => ({ 1: 1 })`],
    ['numbers as names', `() => ({ 0X1: 1, 1e3: 2, 5n: 3 })`, `() => ({ 1: 1, 1000: 2, 5: 3 })`],
    ['quotes in a pattern', `({ 'a': b }) => b`, `({ a: b }) => b`],
    ['quotes in a class', `() => class { 'a' = 1; 'b'() {} }`, `() => class { a = 1; b() {} }`],
    ['quotes around __proto__, which is the prototype', `(a) => ({ '__proto__': a })`, `(a) => ({ __proto__: a })`],
    ['how numbers are written', '() => 0XFF + 1.50 + .5 + 1E+5 + 1_000', '() => 0xff + 1.5 + 0.5 + 1e5 + 1000'],
    ['how bigints are written', '() => 0XFFn + 1_0n', '() => 0xffn + 10n'],
    ['the order of flags', '() => /a/ig', '() => /a/gi'],
    ['empty statements', '(a) => { ;;; switch (a) { case 1: ; } ; return a;; }', '(a) => { switch (a) { case 1: } return a; }'],
    ['braces around one statement', '(a) => { if (a) f(); else if (b) g(); else h(); }', '(a) => { if (a) { f(); } else if (b) { g(); } else { h(); } }'],
    ['braces around an else that is an if', '(a) => { if (a) f(); else { if (b) g(); } }', '(a) => { if (a) f(); else if (b) g(); }'],
    ['braces of loops', '(a) => { for (;;) f(); for (x of a) f(); for (x in a) f(); while (a) f(); do f(); while (a); }', '(a) => { for (;;) { f(); } for (x of a) { f(); } for (x in a) { f(); } while (a) { f(); } do { f(); } while (a); }'],
    ['an empty loop', '() => { for (;;); }', '() => { for (;;) {} }'],
    ['a template without a substitution', '() => `a\\n"\'`', `() => 'a\\n"\\''`],
    ['parentheses of a chain that goes on', '(a) => (a?.b)?.c.d + (a?.b)?.()', '(a) => a?.b?.c.d + a?.b?.()'],
    ['parentheses of one operator', '(a, b, c) => a && (b && c) || (c ?? (a ?? b))', '(a, b, c) => (a && b && c) || (c ?? a ?? b)'],
  ])('%s do not count', (_name, one, other) => {
    expect(bodyOf(one)).toBe(bodyOf(other));
  }); // prettier-ignore
});

describe('these are two versions', () => {
  test.each<[string, string, string]>([
    ['a name and a computed one', '(a) => ({ a: 1 })', '(a) => ({ [a]: 1 })'],
    ['__proto__ as the prototype and as a member', '(a) => ({ __proto__: a })', `(a) => ({ ['__proto__']: a })`],
    ['__proto__ as the prototype and in short', '(__proto__) => ({ __proto__: __proto__ })', '(__proto__) => ({ __proto__ })'],
    ['a private name and a public one', '() => class { #a = 1; }', '() => class { a = 1; }'],
    ['a directive and a text', `() => { 'use strict'; f(); }`, `() => { ;'use strict'; f(); }`],
    ['a directive and a template', `() => { 'use strict'; f(); }`, '() => { `use strict`; f(); }'],
    ['a tagged template and a call', '(f) => f`a`', `(f) => f('a')`],
    ['raw texts of tagged templates', '(f) => f`\\n`', '(f) => f`\n`'],
    ['a label before a block and before its statement', '() => { a: function f() {} }', '() => { a: { function f() {} } }'],
    ['a block of its own', '() => { let a; f(a); }', '() => { { let a; } f(a); }'],
    ['whose else it is', '(a) => { if (a) { if (b) f(); } else g(); }', '(a) => { if (a) { if (b) f(); else g(); } }'],
    ['what is in a loop', '(a) => { while (a) f(); g(); }', '(a) => { while (a) { f(); g(); } }'],
    ['parentheses that end a chain', '(a) => (a?.b).c?.d', '(a) => a?.b.c?.d'],
    ['parentheses of two operators', '(a, b, c) => a && (b || c)', '(a, b, c) => (a && b) || c'],
    ['parentheses around the first of two', '(a, b, c) => a - (b - c)', '(a, b, c) => a - b - c'],
    ['a number and its bigint as values', '() => [1]', '() => [1n]'],
    ['0 and -0', '() => 0', '() => -0'],
    ['an octal number of old', 'function f() { return 010; }', 'function f() { return 10; }'],
    ['a name and its number', '() => ({ 1: 1 })', `() => ({ '01': 1 })`],
    ['a text and a name', `(a) => 'a'`, '(a) => a'],
    ['null and its text', '() => null', `() => 'null'`],
    ['a regular expression and its text', '() => /a/', `() => '/a/'`],
  ])('%s', (_name, one, other) => {
    expect(bodyOf(one)).not.toBe(bodyOf(other));
  }); // prettier-ignore
});

/** All nodes of a program's syntax tree. */
function nodesOf(program: string): AnyNode[] {
  const nodes: AnyNode[] = [];
  JSON.stringify(parse(program, { ecmaVersion: 'latest', sourceType: 'script' }), (_name, value: unknown) => {
    if (typeof (value as AnyNode | null)?.type === 'string') nodes.push(value as AnyNode);
    return typeof value === 'bigint' ? null : value;
  });
  return nodes;
}

/** Functions in a program, in the order of the text; methods as those of an object. */
function functionsOf(program: string): string[] {
  return nodesOf(program)
    .filter(
      (node) =>
        node.type === 'ArrowFunctionExpression' ||
        node.type === 'FunctionExpression' ||
        node.type === 'FunctionDeclaration',
    )
    .sort((a, b) => a.start - b.start)
    .map(({ type, async, generator, start, end }) => {
      const text = program.slice(start, end);
      if (type === 'ArrowFunctionExpression' || !text.startsWith('(')) return text;
      return `${async ? 'async ' : ''}${generator ? '*' : ''}method${text}`;
    })
    .filter((text) => !text.includes('super(')); // a constructor is no Activity
}

const programs = ['pg/lib/client.js', 'pg/lib/query.js', 'pg-pool/index.js', 'keyv/dist/index.cjs'].map(
  (path) => readFileSync(`node_modules/${path}`, 'utf8'),
);

describe('functions of programs that others wrote', () => {
  test.each(STYLES)('keep their versions and signatures when Prettier formats them: %j', async (style) => {
    let functions = 0;
    for (const program of programs) {
      const [before, after] = [functionsOf(program), functionsOf(await prettify(program, style))];
      expect(after).toHaveLength(before.length);
      for (const [i, text] of before.entries()) {
        const [one, other] = [sourceOfText(text, 'f'), sourceOfText(after[i]!, 'f')];
        if (one.body !== other.body) expect(after[i]).toBe(text); // shows them
        expect(other.parameters).toEqual(one.parameters);
        functions++;
      }
    }
    expect(functions).toBeGreaterThan(150);
  });

  test('keep them when ESLint adds braces and takes templates for texts', () => {
    const rules = { curly: ['error', 'all'], quotes: ['error', 'single'] } as never;
    for (const program of programs) {
      const { output } = new Linter().verifyAndFix(program, { rules });
      const [before, after] = [functionsOf(program), functionsOf(output)];
      expect(after.map(bodyOf)).toEqual(before.map(bodyOf));
    }
  });

  test('have another version for each literal, operator and name that is changed', () => {
    let changes = 0;
    for (const text of programs
      .flatMap(functionsOf)
      .filter((each) => each.length < 2_000)
      .slice(0, 60)) {
      const body = bodyOf(text);
      for (const changed of mutationsOf(text)) {
        if (bodyOf(changed) === body) expect(changed).not.toBe(text); // shows them
        expect(bodyOf(changed)).not.toBe(body);
        changes++;
      }
    }
    expect(changes).toBeGreaterThan(500);
  });
});

const OTHER: Record<string, string> = { '+': '-', '-': '+', '*': '/', '===': '!==', '!==': '===', '==': '!=', '<': '<=', '>': '>=', '&&': '||', '||': '&&', '=': '+=' }; // prettier-ignore

/** `text` with one of its parts changed, for some of its parts. */
function mutationsOf(text: string): string[] {
  const program = /^(async )?\*?method\(/.test(text) ? `({${text}})` : `( ${text} )`;
  const changed: string[] = [];
  const replace = (start: number, end: number, by: string) =>
    changed.push(`${program.slice(0, start)}${by}${program.slice(end)}`.slice(2, -2));
  for (const node of nodesOf(program)) {
    if (node.type === 'Literal') replace(node.start, node.end, otherLiteral(node));
    if (node.type === 'BinaryExpression' || node.type === 'LogicalExpression') {
      const at = program.indexOf(node.operator, node.left.end);
      const by = OTHER[node.operator];
      if (by !== undefined && at < node.right.start) replace(at, at + node.operator.length, by);
    }
    if (
      node.type === 'Identifier' &&
      node.name !== 'method' &&
      node.name === program.slice(node.start, node.end)
    )
      replace(node.start, node.end, `${node.name}Changed`);
  }
  return changed.filter((one) => isFunction(one));
}

/** Some changes are no programs: a getter's name that is a number, a mixture of operators. */
function isFunction(text: string): boolean {
  try {
    return bodyOf(text) !== '';
  } catch {
    return false;
  }
}

function otherLiteral({ value, raw }: Literal): string {
  if (typeof value === 'string') return JSON.stringify(`${value}!`);
  if (typeof value === 'number') return String(value + 1);
  return raw === 'true' ? 'false' : raw === 'false' ? 'true' : '0';
}

/** Functions in the forms that formatters change, one in the other. */
const { statement } = fc.letrec<{ statement: string; expression: string }>((tie) => {
  const e = tie('expression');
  const s = tie('statement');
  const key = fc.constantFrom('a', `'a'`, `"a-b"`, '1', `'1'`, '0X1F', '.5', `'__proto__'`, '[a]');
  return {
    expression: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom(
        'a',
        'b',
        '1.50',
        '.5',
        '0XfF',
        '1E+3',
        '0B11n',
        `"it's"`,
        `'"'`,
        '`t`',
        '/a/mig',
        'null',
      ),
      fc.tuple(e, fc.constantFrom('&&', '||'), e).map(([x, op, y]) => `(${x} ${op} ${y})`),
      fc
        .tuple(e, e)
        .map(([x, y]) => `(${x} ?? (${y}))`)
        .map((x) => `(${x})`),
      fc.tuple(e, fc.constantFrom('+', '-', '**', ',', '<'), e).map(([x, op, y]) => `((${x}) ${op} (${y}))`),
      fc
        .array(fc.tuple(key, e), { maxLength: 3 })
        .map((members) => `({${onePrototype(members).join(', ')}})`),
      fc.tuple(e, e).map(([x, y]) => `(${x} ? ${y} : x => { ${y} })`),
      fc.tuple(e, e).map(([x, y]) => `\`a\${${x}}b\${${y}}\``),
      e.map((x) => `(${x})?.b.c(${x},)`),
    ),
    statement: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      e.map((x) => `${x.startsWith('`') || x.startsWith('"') || x.startsWith("'") ? `(${x})` : x};`),
      fc.constantFrom(';', 'return;', '{}', 'let c = 1'),
      fc.tuple(e, s).map(([x, y]) => `if (${x}) ${inBraces(y)}`),
      fc.tuple(e, s, s).map(([x, y, z]) => `if (${x}) {${y}} else ${inBraces(z)}`),
      fc.tuple(e, s).map(([x, y]) => `while (${x}) ${inBraces(y)}`),
      fc.tuple(e, s).map(([x, y]) => `for (const x of (${x})) ${inBraces(y)};`),
      fc.tuple(e, s, s).map(([x, y, z]) => `switch (${x}) { case 1: {${y}}; default: {${z}} }`),
    ),
  };
});

/** An object has one prototype. */
const onePrototype = (members: [string, string][]): string[] =>
  members
    .filter(([key], i) => !key.includes('__') || members.findIndex(([other]) => other === key) === i)
    .map(([key, value]) => `${key}: ${value}`);

/** Only a block may declare something. */
const inBraces = (text: string): string => (text.startsWith('let') ? `{${text}}` : text);

test('functions made at random keep their versions and signatures when Prettier formats them', async () => {
  const style = fc.record({
    semi: fc.boolean(),
    singleQuote: fc.boolean(),
    quoteProps: fc.constantFrom('as-needed' as const, 'consistent' as const, 'preserve' as const),
    trailingComma: fc.constantFrom('all' as const, 'es5' as const, 'none' as const),
    arrowParens: fc.constantFrom('always' as const, 'avoid' as const),
    bracketSameLine: fc.boolean(),
    printWidth: fc.constantFrom(20, 80),
  });
  const property = fc.asyncProperty(fc.array(statement, { maxLength: 3 }), style, async (body, options) => {
    const text = `async function f(a, b = .50) {\n${body.map((each) => `{${each}}`).join('\n')}\n}`;
    const after = (await prettify(text, options)).trim();
    expect(sourceOfText(after, 'f')).toEqual(sourceOfText(text, 'f'));
  });
  await fc.assert(property, { numRuns: 200 });
});
