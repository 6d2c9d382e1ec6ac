/**
 * The statements that change a function or a class after it was made, beside its own text:
 * `Model.prototype.run = …`, `scale.table = …`. A value that the process holds leads to its text
 * alone, and not to the variable that has them.
 */
import type { AnyNode } from 'acorn';
import type { ModuleCode, Variable } from './module-code';
import { isClass, isFunction, isWithin } from './syntax';

const known = new WeakMap<ModuleCode, Map<unknown, Variable>>();

export function patchesOf(module: ModuleCode, ast: AnyNode): readonly AnyNode[] {
  const variable = variables(module).get(ast);
  if (variable === undefined) return [];
  if (variable.scope === module.top) return module.writes.get(variable) ?? [];
  const found = new Set<AnyNode>();
  for (const { identifier } of variable.references) {
    const statement = changing(module, identifier as unknown as AnyNode, variable);
    if (statement !== undefined) found.add(statement);
  }
  return [...found];
}

/** The variables by the functions and classes that they stand for. */
function variables(module: ModuleCode): ReadonlyMap<unknown, Variable> {
  const all = known.get(module) ?? new Map<unknown, Variable>();
  if (known.has(module)) return all;
  known.set(module, all);
  for (const { resolved } of module.references.values())
    for (const { node } of resolved?.defs ?? []) {
      const { init } = node as { init?: unknown };
      if (resolved?.scope.block === (node as unknown)) continue; // the name of a class within itself
      all.set(init ?? node, resolved!);
    }
  return all;
}

/** The statement of the same function that changes a member of a variable, or gives it away. */
function changing(module: ModuleCode, name: AnyNode, { scope }: Variable): AnyNode | undefined {
  let isChange = false;
  let inner = name;
  for (let at = module.parents.get(name); at !== undefined; inner = at, at = module.parents.get(at)) {
    if (isFunction(at) || isClass(at)) return undefined;
    isChange ||= at.type === 'AssignmentExpression' && at.left === inner && inner !== name;
    isChange ||= at.type === 'CallExpression' && at.callee !== inner;
    if (at.type === 'ExpressionStatement')
      return isChange && isWithin(at, scope.block as unknown as AnyNode) ? at : undefined;
  }
  return undefined;
}
