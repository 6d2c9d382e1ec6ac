/** Pieces of code that run, what they assign to, and the names at the start of an expression. */
import type { AnyNode } from 'acorn';
import type { Reference } from 'eslint-scope';
import { calledName, isClass, isFunction, memberOf, requiredBy, targetsIn, visitNodes } from './syntax';

type Variable = NonNullable<Reference['resolved']>;

/** These call what they are given at once. */
export const ITERATES = /^(every|filter|find\w*|flatMap|forEach|from|map|reduce\w*|some|sort|toSorted)$/;
/** So do helpers that compilers make of `async` and generators. */
const RUNS = new RegExp(`${ITERATES.source}|^_{1,2}(async|awaiter|generator)`);

/** Whether nothing within a variable can be changed in another place: a function, a literal. */
export const isSimple = ({ defs }: Variable): boolean =>
  defs.every(({ type, node }) => {
    const { init } = node as unknown as { init?: AnyNode | null };
    return (
      type === 'FunctionName' ||
      type === 'ClassName' ||
      init?.type === 'Literal' ||
      (init != null && isFunction(init))
    );
  });

export function functionsIn(node: AnyNode): AnyNode[] {
  const found: AnyNode[] = [];
  visitNodes(node, (current) => void (isFunction(current) && found.push(current)));
  return found;
}

export function methodsOf(node: AnyNode): AnyNode[] {
  const found: AnyNode[] = [];
  visitNodes(node, (current) => {
    if ((current.type === 'MethodDefinition' || current.type === 'Property') && isFunction(current.value))
      found.push(current.value);
  });
  return found;
}

/**
 * Visits what runs with a piece of code. Of a function that is its body, of a class what makes an
 * instance.
 */
export function visitNow(root: AnyNode, isCalled: boolean, visit: (node: AnyNode) => void): void {
  const runs = new Set<AnyNode>(isCalled ? [root] : []);
  visitNodes(root, (node) => {
    if (node.type === 'CallExpression' || node.type === 'NewExpression') {
      runs.add(node.callee);
      if (RUNS.test(calledName(node.callee))) node.arguments.forEach((one) => runs.add(one));
    }
    if (node.type === 'MethodDefinition' && node.kind === 'constructor' && runs.has(root) && isClass(root))
      runs.add(node.value);
    if (node.type === 'PropertyDefinition' && !node.static && !(isCalled && isClass(root))) return false;
    if (isFunction(node) && !runs.has(node)) return false;
    visit(node);
    return true;
  });
}

export function depthOf(node: AnyNode): number {
  if (node.type === 'MemberExpression' && isExport(node)) return 0;
  if (node.type === 'MemberExpression') return 1 + depthOf(node.object);
  return node.type === 'CallExpression' ? 1 + depthOf(node.callee) : 0;
}

/** What a node assigns to, counts up or down, or deletes. */
export function targetsOf(node: AnyNode): AnyNode[] {
  if (node.type === 'AssignmentExpression') return targetsIn(node.left);
  const isChange =
    node.type === 'UpdateExpression' || (node.type === 'UnaryExpression' && node.operator === 'delete');
  return isChange ? [node.argument] : [];
}

/** `exports.table`. */
export const isExport = ({ object }: Extract<AnyNode, { type: 'MemberExpression' }>): boolean =>
  object.type === 'Identifier'
    ? object.name === 'exports'
    : object.type === 'MemberExpression' &&
      object.object.type === 'Identifier' &&
      object.object.name === 'module' &&
      memberOf(object) === 'exports';

export function basesIn(node: AnyNode): AnyNode[] {
  switch (node.type) {
    case 'MemberExpression':
      return isExport(node) ? [node] : basesIn(node.object);
    case 'CallExpression':
    case 'NewExpression':
      return requiredBy(node) === undefined ? basesIn(node.callee) : [node];
    case 'ChainExpression':
      return basesIn(node.expression);
    case 'SequenceExpression':
      return basesIn(node.expressions.at(-1)!);
    case 'LogicalExpression':
      return [...basesIn(node.left), ...basesIn(node.right)];
    case 'ConditionalExpression':
      return [...basesIn(node.consequent), ...basesIn(node.alternate)];
    case 'AwaitExpression':
    case 'SpreadElement':
      return basesIn(node.argument);
    case 'AssignmentExpression':
      return [...basesIn(node.left), ...basesIn(node.right)];
    default:
      return [node];
  }
}
