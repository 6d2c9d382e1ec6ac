/** Where the exports of a module come from, in the forms that people and compilers write. */
import type { AnyNode, Expression } from 'acorn';
import { declaredNames, literalOf, nameOf, requiredBy, visitNodes } from './syntax';

export type Export =
  /** An expression or a declaration of the module. */
  | { from?: undefined; node: AnyNode }
  /** A member of another module. `*` is the module as a whole. */
  | { from: string; name: string };

export interface ModuleExports {
  named: Map<string, Export>;
  /** The modules whose exports are all exported again. */
  stars: string[];
  /** What else changes an export while the module is loaded: `exports.table.b = 2`. */
  changes: Map<string, AnyNode[]>;
  /** Imported for their effects alone. */
  effects: string[];
  /** Statements that only import or export. */
  statements: Set<AnyNode>;
}

/** The name of what `module.exports = …` exports. */
export const WHOLE = 'module.exports';

export function exportsOf(body: readonly AnyNode[]): ModuleExports {
  const found: ModuleExports = {
    named: new Map(),
    changes: new Map(),
    stars: [],
    effects: [],
    statements: new Set(),
  };
  for (const statement of body) if (read(statement, found)) found.statements.add(statement);
  return found;
}

/** @returns whether the statement only imports or exports */
function read(statement: AnyNode, found: ModuleExports): boolean {
  const { named, stars, effects } = found;
  switch (statement.type) {
    case 'ImportDeclaration':
      if (statement.specifiers.length === 0) effects.push(literalOf(statement.source)!);
      return true;
    case 'ExportAllDeclaration': {
      const from = literalOf(statement.source)!;
      if (statement.exported === null || statement.exported === undefined) stars.push(from);
      else named.set(nameOf(statement.exported), { from, name: '*' });
      return true;
    }
    case 'ExportDefaultDeclaration':
      named.set('default', { node: statement.declaration });
      return false;
    case 'ExportNamedDeclaration': {
      const from = literalOf(statement.source ?? undefined);
      for (const { local, exported } of statement.specifiers)
        named.set(nameOf(exported), from === undefined ? { node: local } : { from, name: nameOf(local) });
      for (const name of declaredNames(statement.declaration)) named.set(name.name, { node: name });
      return statement.declaration === null || statement.declaration === undefined;
    }
    case 'VariableDeclaration':
      return statement.declarations.every(({ init }) => requiredBy(init) !== undefined);
    case 'ExpressionStatement':
      return readExpression(statement.expression, found) || readWithin(statement, found);
    default:
      return false;
  }
}

function readExpression(expression: Expression, found: ModuleExports): boolean {
  if (expression.type === 'SequenceExpression')
    return expression.expressions.map((one) => readExpression(one, found)).every(Boolean);
  if (expression.type === 'Literal') return true; // 'use strict'
  if (expression.type === 'LogicalExpression') return isZero(expression.left); // esbuild's list for Node
  if (expression.type === 'AssignmentExpression') return readAssignment(expression, found);
  if (expression.type !== 'CallExpression') return false;
  const required = requiredBy(expression);
  if (required !== undefined) {
    found.effects.push(required);
    return true;
  }
  return readCall(expression.arguments, found);
}

/** An enum is exported while it is filled: `(function (E) { … })(E || (exports.E = E = {}))`. */
function readWithin(statement: AnyNode, found: ModuleExports): false {
  visitNodes(statement, (node) => {
    if (node.type === 'AssignmentExpression') readAssignment(node, found);
    const name = exportedName(node);
    if (name !== undefined && name !== WHOLE) change(found, name, statement);
  });
  return false;
}

function add(found: ModuleExports, name: string, node: AnyNode): void {
  if (found.named.has(name)) change(found, name, node);
  else found.named.set(name, { node });
}

function change({ changes }: ModuleExports, name: string, node: AnyNode): void {
  const known = changes.get(name) ?? [];
  if (!known.includes(node)) changes.set(name, [...known, node]);
}

const isZero = (node: Expression): boolean => node.type === 'Literal' && node.value === 0;

/** `exports.a = …`, `module.exports = { a, b }`, `exports.a = exports.b = void 0`. */
function readAssignment(
  { left, right }: Extract<AnyNode, { type: 'AssignmentExpression' }>,
  found: ModuleExports,
): boolean {
  const name = exportedName(left);
  if (name === undefined) return false;
  if (right.type === 'AssignmentExpression') {
    if (readAssignment(right, found)) return true;
    add(found, name, right.left);
    return false;
  }
  if (right.type === 'UnaryExpression') return true; // void 0: assigned below
  if (right.type === 'CallExpression' && right.arguments.some(isExports)) return true; // of esbuild
  if (name === WHOLE && right.type === 'ObjectExpression') readMembers(right, found, (value) => value);
  const from = requiredBy(right);
  if (from === undefined) add(found, name, right);
  else found.named.set(name, { from, name: '*' });
  return true;
}

function exportedName(left: AnyNode): string | undefined {
  if (left.type !== 'MemberExpression') return undefined;
  const name = nameOf(left.property);
  if (isExports(left.object)) return name;
  return left.object.type === 'Identifier' && left.object.name === 'module' && name === 'exports'
    ? WHOLE
    : undefined;
}

const isExports = (node: AnyNode | undefined): boolean =>
  node?.type === 'Identifier'
    ? node.name === 'exports' || node.name.endsWith('_exports') || node.name === '__vite_ssr_exports__'
    : node?.type === 'MemberExpression' && exportedName(node) === WHOLE;

/**
 * Helpers of compilers: `__export(exports, { a: () => a })`, `Object.defineProperty(exports, 'a')`.
 */
function readCall(args: readonly AnyNode[], found: ModuleExports): boolean {
  const [first, second, third] = args;
  const star = requiredBy(first) ?? requiredBy(second);
  if (star !== undefined && args.some(isExports)) {
    found.stars.push(star);
    return true;
  }
  if (!isExports(first)) return false;
  if (second?.type === 'ObjectExpression') readMembers(second, found, answerOf);
  const name = literalOf(second);
  if (name !== undefined && third?.type === 'ObjectExpression') {
    const members = new Map(membersOf(third));
    const node = members.get('value') ?? answerOf(members.get('get'));
    if (node !== undefined && name !== '__esModule') found.named.set(name, { node });
  }
  return true;
}

function readMembers(
  object: Extract<AnyNode, { type: 'ObjectExpression' }>,
  { named }: ModuleExports,
  valueOf: (node: AnyNode) => AnyNode | undefined,
): void {
  for (const [name, node] of membersOf(object)) {
    const value = valueOf(node);
    if (value !== undefined) named.set(name, { node: value });
  }
}

function* membersOf(object: Extract<AnyNode, { type: 'ObjectExpression' }>): Iterable<[string, AnyNode]> {
  for (const member of object.properties)
    if (member.type === 'Property' && !member.computed) yield [nameOf(member.key), member.value];
}

/** What a getter answers: `() => a`, `function () { return a; }`. */
function answerOf(getter: AnyNode | undefined): AnyNode | undefined {
  if (getter?.type === 'ArrowFunctionExpression' && getter.body.type !== 'BlockStatement') return getter.body;
  if (getter?.type !== 'FunctionExpression' && getter?.type !== 'ArrowFunctionExpression') return undefined;
  const [statement] = getter.body.type === 'BlockStatement' ? getter.body.body : [];
  return statement?.type === 'ReturnStatement' ? (statement.argument ?? undefined) : undefined;
}
