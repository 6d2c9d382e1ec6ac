/**
 * Which statements of a module only declare something. They count where they are named. All others
 * may change what any other module sees, so they count wherever the module is loaded.
 */
import type { AnyNode } from 'acorn';
import { type Definition, importOf } from './definitions';
import type { ModuleCode } from './module-code';
import { calledBase, calledName, isFunction, nameOf, requiredBy, visitAtOnce } from './syntax';

const DECLARES = /^(Function|Class|Variable|Import|Export\w+)Declaration$/;
const CALLS = new Set(['CallExpression', 'NewExpression', 'TaggedTemplateExpression']);
/** What the runtime brings and what changes nothing when it is called without a function. */
const PURE_GLOBALS = new Set([
  ...['Array', 'BigInt', 'Boolean', 'Date', 'Error', 'JSON', 'Map', 'Math', 'Number', 'RangeError'],
  ...['RegExp', 'Set', 'String', 'Symbol', 'TypeError', 'URL', 'Uint8Array', 'WeakMap', 'WeakSet'],
  '__webpack_require__',
]);
const PURE_OF_OBJECT = /^(entries|freeze|fromEntries|keys|values)$/;

/** @param isPure - whether calling what comes from this import changes nothing */
export function declaresOnly(
  module: ModuleCode,
  statement: AnyNode,
  isPure: (specifier: string) => boolean,
): boolean {
  if (isFunction(statement) || statement.type === 'EmptyStatement' || 'directive' in statement) return true;
  const exporting = module.exports.statements.has(statement);
  if (!exporting && !DECLARES.test(statement.type)) return false;
  let pure = true;
  visitAtOnce(statement, (node) => {
    if (CALLS.has(node.type))
      pure &&= isPureCall(module, node, isPure) || (exporting && isUnderstood(module, node));
    else if (node.type === 'AssignmentExpression') pure &&= exporting && isOfModule(calledBase(node.left));
    else pure &&= !CHANGES.test(node.type) && !('operator' in node && node.operator === 'delete');
  });
  return pure;
}

const CHANGES = /^(UpdateExpression|StaticBlock|AwaitExpression|YieldExpression)$/;

function isPureCall(module: ModuleCode, node: AnyNode, isPure: (specifier: string) => boolean): boolean {
  if (requiredBy(node) !== undefined) return true;
  const { callee, arguments: given = [] } = node as { callee?: AnyNode; arguments?: AnyNode[] };
  if (callee === undefined) return false;
  if (isFunction(callee)) return true; // What it does is visited itself.
  const base = calledBase(callee);
  const variable = module.references.get(base)?.resolved;
  if (variable != null) {
    const [definition] = variable.defs;
    const imported = definition && importOf(definition as Definition, variable.name);
    return imported !== undefined && isPure(imported.from);
  }
  if (base.type !== 'Identifier' || given.some(isFunction)) return false;
  const isOfObject = callee.type === 'MemberExpression' && PURE_OF_OBJECT.test(nameOf(callee.property));
  return PURE_GLOBALS.has(base.name) || (base.name === 'Object' && isOfObject);
}

/** `__export(exports, …)`, `module.exports = __toCommonJS(…)`: understood as a whole. */
const isUnderstood = (module: ModuleCode, node: AnyNode): boolean =>
  /^(ExpressionStatement|SequenceExpression)$/.test(module.parents.get(node)?.type ?? '') ||
  (node.type === 'CallExpression' && calledName(node.callee).startsWith('__'));

const isOfModule = (base: AnyNode): boolean =>
  base.type === 'Identifier' && (base.name === 'exports' || base.name === 'module');
