/**
 * Whether the value of a captured variable is the same in each process that runs the same code, or
 * only its source: a time and the id of the process are others in each.
 */
import type { AnyNode } from 'acorn';
import type { Reference } from 'eslint-scope';
import type { ModuleCode, Variable } from './module-code';
import { isClass, isFunction, memberOf, visitNodes } from './syntax';

const CALLS = new Set([
  'CallExpression',
  'NewExpression',
  'AwaitExpression',
  'YieldExpression',
  'TaggedTemplateExpression',
]);
const PLAIN = /^(Array|Boolean|Infinity|JSON|Math|NaN|Number|Object|String|structuredClone|undefined)$/;

/** Where calls are, an equal text need not have an equal value: a time, a port. */
export function isPure(node: AnyNode): boolean {
  let pure = true;
  visitNodes(node, (current) => {
    if (isFunction(current) || isClass(current)) return false;
    if (CALLS.has(current.type) && !isPlainCall(current)) pure = false;
    return pure;
  });
  return pure;
}

/** A call of what the runtime brings that answers the same whenever it is asked. */
function isPlainCall(node: AnyNode): boolean {
  if (node.type !== 'CallExpression' || node.arguments.some(isFunction)) return false;
  const { callee } = node;
  if (callee.type === 'Identifier') return PLAIN.test(callee.name);
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return false;
  return PLAIN.test(callee.object.name) && memberOf(callee) !== 'random';
}

/** Whether a variable is assigned before its function returns, and always to the same value. */
export function isSettled(one: Reference, { scope }: Variable, module: ModuleCode): boolean {
  const source = module.parents.get(one.identifier as never);
  if (source?.type !== 'AssignmentExpression' || !isPure(source.right)) return false;
  return one.from.variableScope === scope.variableScope && isSteady(source.right, module);
}

function isSteady(node: AnyNode, module: ModuleCode, seen = new Set<Variable>()): boolean {
  return namesAtOnce(node, module).every(({ resolved, identifier }) => {
    if (resolved === null) return PLAIN.test(identifier.name);
    if (resolved.scope !== module.top || seen.has(resolved)) return true;
    seen.add(resolved);
    return resolved.defs.every(({ type, node: definition }) => {
      const { init } = definition as { init?: AnyNode | null };
      return type !== 'Variable' || (init != null && isPure(init) && isSteady(init, module, seen));
    });
  });
}

/** Whether a value is made of what a function was given, which its source does not say. */
export function isOfGiven(node: AnyNode, module: ModuleCode, seen = new Set<Variable>()): boolean {
  if (hasThis(node)) return true;
  return namesAtOnce(node, module).some(({ resolved }) => {
    if (resolved === null || resolved.scope === module.top || seen.has(resolved)) return false;
    seen.add(resolved);
    if (resolved.defs.length === 0) return true; // The arguments of a function.
    const isAssigned = resolved.references.some((one) => one.isWrite() && one.init !== true);
    return (
      isAssigned ||
      resolved.defs.some(({ type, node: definition }) => {
        const { init } = definition as { init?: AnyNode | null };
        if (type !== 'Variable') return type !== 'FunctionName' && type !== 'ClassName';
        return init == null || isOfGiven(init, module, seen);
      })
    );
  });
}

function hasThis(node: AnyNode): boolean {
  let found = false;
  visitNodes(node, ({ type }) => void (found ||= type === 'ThisExpression' || type === 'Super'));
  return found;
}

function namesAtOnce(node: AnyNode, { references }: ModuleCode): Reference[] {
  const found: Reference[] = [];
  visitNodes(node, (current) => {
    if (isFunction(current) || isClass(current)) return false;
    const reference = references.get(current);
    if (reference !== undefined) found.push(reference);
    return true;
  });
  return found;
}
