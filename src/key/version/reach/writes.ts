/**
 * The statements that change a module's variables while it is loaded: decorators, enums, tables
 * that are filled, `let` that is assigned. A variable's declaration alone does not say what it is.
 */
import type { AnyNode, Node } from 'acorn';
import type { Reference, Scope } from 'eslint-scope';
import { visitNodes } from './syntax';

type Variable = NonNullable<Reference['resolved']>;

interface Code {
  body: readonly AnyNode[];
  top: Scope;
  references: ReadonlyMap<Node, Reference>;
}

const DECLARATIONS = new Set([
  'FunctionDeclaration',
  'ClassDeclaration',
  'ExportNamedDeclaration',
  'ExportDefaultDeclaration',
]);
/** Only what is assigned counts: `const total = sum(list)` changes no list. */
const VALUES = new Set(['VariableDeclaration']);

export function stateWrites(code: Code, others: ReadonlySet<AnyNode>): Map<Variable, AnyNode[]> {
  const found = new Map<Variable, AnyNode[]>();
  for (const statement of code.body) {
    if (others.has(statement)) continue;
    const isValue = VALUES.has(statement.type) || DECLARATIONS.has(statement.type);
    if (DECLARATIONS.has(statement.type) && !('declaration' in statement)) continue;
    for (const variable of changedBy(statement, code, isValue)) {
      const isOwn = variable.defs.some((one) => isWithin(one.node as AnyNode, statement));
      if (isOwn && isValue) continue;
      found.set(variable, [...(found.get(variable) ?? []), statement]);
    }
  }
  return found;
}

const isWithin = (node: Node, outer: Node): boolean => outer.start <= node.start && node.end <= outer.end;

function changedBy(statement: AnyNode, code: Code, isValue: boolean): Set<Variable> {
  const changed = new Set<Variable>();
  const seen = new Set<Variable>();
  const variableOf = (node: AnyNode | undefined): Variable | undefined => {
    const variable = node && code.references.get(baseOf(node))?.resolved;
    return variable?.scope === code.top ? variable : undefined;
  };
  const add = (node: AnyNode | undefined) => {
    const variable = variableOf(node);
    if (variable !== undefined) changed.add(variable);
  };
  const readFunctions = (callee: AnyNode) => {
    const variable = variableOf(callee);
    if (variable === undefined || seen.has(variable)) return;
    seen.add(variable);
    for (const one of variable.defs) read(one.node as AnyNode, true);
  };
  const read = (node: AnyNode, onlyAssigned: boolean) =>
    visitNodes(node, (current) => {
      if (current.type === 'AssignmentExpression') add(current.left);
      if (current.type === 'UpdateExpression') add(current.argument);
      if (current.type === 'UnaryExpression' && current.operator === 'delete') add(current.argument);
      if (current.type !== 'CallExpression' && current.type !== 'NewExpression') return;
      readFunctions(current.callee);
      if (onlyAssigned && !isAssign(current.callee)) return;
      current.arguments.forEach(add);
      if (current.callee.type === 'MemberExpression') add(current.callee.object);
    });
  read(statement, isValue);
  return changed;
}

/** `Object.assign`, `Object.defineProperty`, `Reflect.set`. */
const isAssign = (callee: AnyNode): boolean =>
  callee.type === 'MemberExpression' &&
  callee.object.type === 'Identifier' &&
  (callee.object.name === 'Object' || callee.object.name === 'Reflect') &&
  callee.property.type === 'Identifier' &&
  /^(assign|define|set)/.test(callee.property.name);

/** The identifier at the start of `a.b.c`, `a ||= …`, `(a || (a = {}))`. */
function baseOf(node: AnyNode): AnyNode {
  if (node.type === 'MemberExpression') return baseOf(node.object);
  if (node.type === 'LogicalExpression') return baseOf(node.left);
  if (node.type === 'SpreadElement') return baseOf(node.argument);
  return node;
}
