/** What is asked of syntax trees. */
import type { AnyNode, Node } from 'acorn';
import type { Reference } from 'eslint-scope';

type Variable = NonNullable<Reference['resolved']>;

export const isWithin = (node: Node, outer: Node): boolean =>
  outer.start <= node.start && node.end <= outer.end;

/** Calls `visit` for a node and everything below it, until it answers `false`. */
export function visitNodes(
  node: AnyNode,
  visit: (node: AnyNode, parent?: AnyNode) => boolean | void,
  parent?: AnyNode,
): void {
  if (visit(node, parent) === false) return;
  for (const name in node) {
    const value: unknown = node[name as keyof AnyNode];
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value)) {
      for (const one of value as unknown[]) if (isNode(one)) visitNodes(one, visit, node);
    } else if (isNode(value)) visitNodes(value, visit, node);
  }
}

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

/** The text of `require('…')`, also around helpers of compilers: `__importStar(require('…'))`. */
export function requiredBy(node: AnyNode | null | undefined): string | undefined {
  if (node?.type === 'AwaitExpression') return requiredBy(node.argument);
  if (node?.type === 'ImportExpression') return literalOf(node.source);
  if (node?.type !== 'CallExpression') return undefined;
  const [first] = node.arguments;
  if (node.callee.type === 'Identifier' && node.callee.name === 'require') return literalOf(first);
  return IMPORTS.test(calledName(node.callee)) ? requiredBy(first) : undefined;
}

/** The module from which a variable is imported or required. */
export function importedFrom({ type, node, parent }: Variable['defs'][number]): string | undefined {
  if (type === 'ImportBinding') return literalOf((parent as unknown as { source: AnyNode }).source);
  return requiredBy((node as { init?: AnyNode | null }).init);
}

const IMPORTS = /^_{1,2}(import(Star|Default)|interop|toESM|vite_ssr_import)/i;

/** The name of what is called: of `f()`, `(0, tslib_1.f)()`, `_interop_require_default._()`. */
export function calledName(callee: AnyNode): string {
  if (callee.type === 'Identifier') return callee.name;
  if (callee.type === 'SequenceExpression') return calledName(callee.expressions.at(-1)!);
  if (callee.type !== 'MemberExpression' || callee.computed) return '';
  const name = nameOf(callee.property);
  return name === '_' ? calledName(callee.object) : name;
}

/** The identifier at the start of what is called: `a` of `a.b.c`, `(0, a.b)`, `a?.b`. */
export function calledBase(node: AnyNode): AnyNode {
  switch (node.type) {
    case 'MemberExpression':
      return calledBase(node.object);
    case 'ChainExpression':
      return calledBase(node.expression);
    case 'SequenceExpression':
      return calledBase(node.expressions.at(-1)!);
    case 'SpreadElement':
      return calledBase(node.argument);
    default:
      return node;
  }
}

export const literalOf = (node: AnyNode | undefined): string | undefined =>
  node?.type === 'Literal' && typeof node.value === 'string'
    ? node.value
    : node?.type === 'TemplateLiteral' && node.expressions.length === 0
      ? (node.quasis[0]!.value.cooked ?? undefined)
      : undefined;

export const nameOf = (node: AnyNode): string =>
  node.type === 'Identifier' || node.type === 'PrivateIdentifier'
    ? node.name
    : String((node as { value?: unknown }).value);

/** The name of a member: `b` of `a.b` and `a['b']`. Undefined if it is computed. */
export const memberOf = ({ computed, property }: Extract<AnyNode, { type: 'MemberExpression' }>) =>
  computed ? literalOf(property) : nameOf(property);

type Named = Extract<AnyNode, { type: 'Identifier' }>;

/** The names that a declaration declares. */
export function declaredNames(declaration: AnyNode | null | undefined): Named[] {
  if (declaration?.type === 'VariableDeclaration')
    return declaration.declarations.flatMap(({ id }) => namesIn(id));
  if (declaration?.type === 'FunctionDeclaration' || declaration?.type === 'ClassDeclaration')
    return declaration.id ? [declaration.id] : [];
  return [];
}

export const namesIn = (pattern: AnyNode | null): Named[] =>
  targetsIn(pattern).filter((one) => one.type === 'Identifier');

/** What a pattern declares or assigns to: names and, where it assigns, members. */
export function targetsIn(pattern: AnyNode | null): AnyNode[] {
  if (pattern === null) return [];
  switch (pattern.type) {
    case 'ObjectPattern':
      return pattern.properties.flatMap((one) => targetsIn(one.type === 'Property' ? one.value : one));
    case 'ArrayPattern':
      return pattern.elements.flatMap(targetsIn);
    case 'AssignmentPattern':
      return targetsIn(pattern.left);
    case 'RestElement':
      return targetsIn(pattern.argument);
    default:
      return [pattern];
  }
}

export type FunctionNode = Extract<
  AnyNode,
  { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' }
>;

export const isFunction = (node: AnyNode): node is FunctionNode =>
  node.type === 'FunctionDeclaration' ||
  node.type === 'FunctionExpression' ||
  node.type === 'ArrowFunctionExpression';

export type ClassNode = Extract<AnyNode, { type: 'ClassDeclaration' | 'ClassExpression' }>;

export const isClass = (node: AnyNode): node is ClassNode =>
  node.type === 'ClassDeclaration' || node.type === 'ClassExpression';

/** `import(…)` or `require(…)`. */
export const isImport = (node: AnyNode): boolean =>
  node.type === 'ImportExpression' ||
  (node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'require');

/**
 * Visits what runs with the statement itself. A function in it runs later, unless it is called
 * there.
 */
export function visitAtOnce(node: AnyNode, visit: (current: AnyNode) => void): void {
  const called = new Set<AnyNode>([node]);
  visitNodes(node, (current) => {
    if (current.type === 'CallExpression') called.add(current.callee);
    const isLater = isFunction(current) || (current.type === 'PropertyDefinition' && !current.static);
    if (isLater && !called.has(current)) return false;
    visit(current);
    return true;
  });
}

/** The methods that usually change what they belong to. */
export const MUTATORS =
  /^(add|append|clear|define|delete|fill|on|push|register|reverse|set|sort|splice|unshift|use)/;

type Assignment = Extract<AnyNode, { type: 'AssignmentExpression' }>;

const assigned = ({ right }: Assignment): AnyNode =>
  right.type === 'AssignmentExpression' ? assigned(right) : right;

/** `exports.a = exports.b = void 0`. */
export function isVoid(node: Assignment): boolean {
  const value = assigned(node);
  return value.type === 'UnaryExpression' && value.operator === 'void';
}

/** `exports.a = app.use(f)`: what is exported is computed, by no helper of a compiler. */
export function isComputedExport(statement: AnyNode): boolean {
  if (statement.type !== 'ExpressionStatement' || statement.expression.type !== 'AssignmentExpression')
    return false;
  const value = assigned(statement.expression);
  const isHelped = value.type === 'CallExpression' && /^__/.test(calledName(value.callee));
  return !isHelped && !isVoid(statement.expression) && requiredBy(value) === undefined;
}

/** The name that a function, a class or another name is known by. */
export const declaredBy = (node: AnyNode): string | undefined =>
  node.type === 'Identifier'
    ? node.name
    : node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration'
      ? node.id?.name
      : undefined;
