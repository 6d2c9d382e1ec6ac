/**
 * The statements that change a module's variables while it is loaded: decorators, enums, tables
 * that are filled, `let` that is assigned. A variable's declaration alone does not say what it is.
 */
import type { AnyNode, Node } from 'acorn';
import type { Reference, Scope } from 'eslint-scope';
import type { AtOnce } from './at-once';
import { isComputedExport, isWithin, MUTATORS, nameOf, visitNodes } from './syntax';

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
/**
 * Only what is assigned counts: `const total = sum(list)` changes no list. A function of the module
 * that changes what it is given, as in `const off = on(table, f)`, is read for that.
 */
const VALUES = new Set(['VariableDeclaration']);

export function stateWrites(
  code: Code,
  others: ReadonlySet<AnyNode>,
  atOnce: AtOnce,
): Map<Variable, AnyNode[]> {
  const found = new Map<Variable, AnyNode[]>();
  const reader = new Reader(code);
  for (const statement of code.body) {
    const isValue = VALUES.has(statement.type) || DECLARATIONS.has(statement.type);
    if (others.has(statement) && !isComputedExport(statement)) continue;
    const isOnlyDeclared = DECLARATIONS.has(statement.type) && !('declaration' in statement);
    const named = isOnlyDeclared || others.has(statement) ? [] : reader.changedBy(statement, isValue);
    for (const variable of new Set([...named, ...atOnce.changedBy(statement)])) {
      const isOwn = variable.defs.some((one) => isWithin(one.node as AnyNode, statement));
      if (isOwn && (isValue || others.has(statement))) continue;
      found.set(variable, [...(found.get(variable) ?? []), statement]);
    }
  }
  return found;
}

interface Named {
  changed: Set<Variable>;
  called: Set<Variable>;
}

class Reader {
  /** What each function names itself, because many statements may call it. */
  private readonly functions = new Map<Variable, Named>();
  private readonly changing = new Map<Variable, boolean>();

  constructor(private readonly code: Code) {}

  /** What a statement changes, and the functions that it calls, and those that these call. */
  changedBy(statement: AnyNode, isValue: boolean): Set<Variable> {
    const { changed, called } = this.read([statement], isValue);
    for (const variable of called) {
      const inner = this.functions.get(variable) ?? this.read(nodesOf(variable), true);
      this.functions.set(variable, inner);
      inner.changed.forEach((one) => changed.add(one));
      inner.called.forEach((one) => called.add(one));
    }
    return changed;
  }

  private read(nodes: readonly AnyNode[], onlyAssigned: boolean): Named {
    const named: Named = { changed: new Set(), called: new Set() };
    const add = (to: Set<Variable>, node: AnyNode) => {
      const variable = this.code.references.get(baseOf(node))?.resolved;
      if (variable?.scope === this.code.top) to.add(variable);
    };
    const change = (node: AnyNode) => add(named.changed, node);
    const visit = (current: AnyNode) => {
      const target = targetOf(current);
      if (target !== undefined) change(target);
      if (current.type !== 'CallExpression' && current.type !== 'NewExpression') return;
      add(named.called, current.callee);
      if (onlyAssigned && !isAssign(current.callee) && !this.changesGiven(current.callee)) return;
      current.arguments.forEach(change);
      if (current.callee.type === 'MemberExpression') change(current.callee.object);
    };
    for (const node of nodes) visitNodes(node, visit);
    return named;
  }

  /** Whether a function of the module changes what one of its parameters holds. */
  private changesGiven(callee: AnyNode): boolean {
    const variable = this.code.references.get(callee)?.resolved;
    if (variable?.scope !== this.code.top) return false;
    const known = this.changing.get(variable);
    if (known !== undefined) return known;
    let found = false;
    const change = (node: AnyNode) => {
      const base = node.type === 'MemberExpression' && this.code.references.get(baseOf(node))?.resolved;
      found ||= base != null && base !== false && base.defs.some(({ type }) => type === 'Parameter');
    };
    for (const node of nodesOf(variable))
      visitNodes(node, (current) => {
        const target = targetOf(current);
        if (target !== undefined) change(target);
        if (current.type !== 'CallExpression' || current.callee.type !== 'MemberExpression') return;
        if (isAssign(current.callee)) current.arguments.forEach(change);
        if (MUTATORS.test(nameOf(current.callee.property))) change(current.callee);
      });
    this.changing.set(variable, found);
    return found;
  }
}

/** What a node assigns to, counts up or down, or deletes. */
function targetOf(node: AnyNode): AnyNode | undefined {
  if (node.type === 'AssignmentExpression') return node.left;
  const isChange =
    node.type === 'UpdateExpression' || (node.type === 'UnaryExpression' && node.operator === 'delete');
  return isChange ? node.argument : undefined;
}

const nodesOf = ({ defs }: Variable): AnyNode[] => defs.map(({ node }) => node as AnyNode);

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
