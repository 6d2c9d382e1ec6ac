/**
 * The text of a syntax tree, from which versions and signatures are made. Formatters and their
 * usual lint rules write one program in several ways. Every pair of these that behaves alike
 * regardless of the surrounding code is mapped to one text.
 */
import type { AnyNode, Expression, Literal, PrivateIdentifier, Property, Statement, Super } from 'acorn';

/**
 * Equal for trees that differ only in layout, quotes, the spelling of literals and names, braces
 * around one statement, and empty statements.
 */
export const syntaxText = (node: unknown): string => JSON.stringify(plain(node, {}));

/** The tree as it counts. `JSON.stringify` takes longer with a replacer than with a copy. */
function plain(value: unknown, parent: object): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => plain(one, value));
  const node = isNode(value) ? normal(value, parent) : value;
  const copy: Record<string, unknown> = {};
  for (const name in node)
    if (name !== 'start' && name !== 'end' && name !== 'range')
      copy[name] = plain(node[name as keyof object], node);
  return copy;
}

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

function normal(node: AnyNode, parent: object): object {
  switch (node.type) {
    case 'Literal':
      return { type: 'Literal', ...meaning(node) };
    case 'TemplateLiteral': {
      const [text] = node.quasis;
      const isText = node.quasis.length === 1 && (parent as AnyNode).type !== 'TaggedTemplateExpression';
      return isText ? { type: 'Literal', text: text!.value.cooked } : node;
    }
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return node.computed ? node : { ...node, key: named(node.key) };
    case 'MemberExpression':
      return node.optional ? { ...node, object: chained(node.object) } : node;
    case 'CallExpression':
      return node.optional ? { ...node, callee: chained(node.callee) } : node;
    case 'LogicalExpression':
      return { type: node.type, operator: node.operator, operands: operandsOf(node, node.operator) };
    case 'BlockStatement':
    case 'StaticBlock':
      return { ...node, body: withoutEmpty(node.body) };
    case 'SwitchCase':
      return { ...node, consequent: withoutEmpty(node.consequent) };
    case 'IfStatement':
      return {
        ...node,
        consequent: block(node.consequent),
        alternate: node.alternate && block(node.alternate),
      };
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      return { ...node, body: block(node.body) };
    default:
      return node;
  }
}

/** The value of a literal, without its spelling. Numbers are texts, because JSON has no 1e999. */
function meaning({ value, bigint, regex, raw }: Literal): object {
  if (regex) return { pattern: regex.pattern, flags: [...regex.flags].sort().join('') };
  if (bigint) return { bigint: String(BigInt(bigint)) };
  if (typeof value === 'number') return { number: String(value) };
  return typeof value === 'string' ? { text: value } : { raw };
}

/** The name of a member. `{ a: 1 }` and `{ 'a': 1 }`, `{ 1: 1 }` and `{ 0x1: 1 }` name the same. */
function named(key: Property['key'] | PrivateIdentifier): object {
  if (key.type === 'Identifier') return { member: key.name };
  if (key.type !== 'Literal') return key;
  return { member: key.bigint ? String(BigInt(key.bigint)) : String(key.value) };
}

/** The operands of a chain: `a && (b && c)` is `a && b && c`. */
const operandsOf = (node: Expression, operator: string): Expression[] =>
  node.type === 'LogicalExpression' && node.operator === operator
    ? [...operandsOf(node.left, operator), ...operandsOf(node.right, operator)]
    : [node];

/** The start of a chain: `(a?.b)?.c` is `a?.b?.c`, because both stop at the first missing value. */
const chained = (start: Expression | Super): Expression | Super =>
  start.type === 'ChainExpression' ? start.expression : start;

const withoutEmpty = <N extends AnyNode>(nodes: readonly N[]): N[] =>
  nodes.filter(({ type }) => type !== 'EmptyStatement');

/** The statement of an `if` or a loop as a block. Only a block can contain declarations. */
const block = (statement: Statement): object =>
  statement.type === 'BlockStatement'
    ? statement
    : { type: 'BlockStatement', body: withoutEmpty([statement]) };
