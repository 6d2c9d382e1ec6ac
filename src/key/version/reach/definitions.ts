/** What a name in the text of a module stands for: an import, a parameter, a declaration. */
import type { AnyNode } from 'acorn';
import type { ModuleCode, Variable } from './module-code';
import { isFunction, literalOf, nameOf, namesIn, requiredBy } from './syntax';

/** What a test runner gives to a module. A module's own variable may have the same name. */
export const isParameter = ({ defs }: Variable): boolean => defs.every(({ type }) => type === 'Parameter');

/** Whether code runs after its module was loaded. */
export function isLater(module: ModuleCode, node: AnyNode): boolean {
  for (let at = module.parents.get(node); at !== undefined; at = module.parents.get(at))
    if (isFunction(at) && at !== module.wrapper) return true;
  return false;
}

export interface Definition {
  type: string;
  node: AnyNode;
  parent?: AnyNode | null;
}

/** The name of a piece of code, or of what is around it. */
export function nameAround(module: ModuleCode, ast: AnyNode | undefined): string {
  if (ast === undefined) return '';
  const name =
    'id' in ast && ast.id ? namesIn(ast.id).map(nameOf).join(',') : 'key' in ast ? nameOf(ast.key) : '';
  return name || nameAround(module, module.parents.get(ast));
}

/** The statement of a module in which a piece of code is. */
export function statementAround(module: ModuleCode, ast: AnyNode | undefined): AnyNode | undefined {
  return ast === undefined || module.body.includes(ast)
    ? ast
    : statementAround(module, module.parents.get(ast));
}

/** The import that a variable stands for. */
export function importOf(
  { type, node, parent }: Definition,
  name: string,
  member = '*',
): { from: string; name: string } | undefined {
  if (type === 'ImportBinding') {
    const from = literalOf((parent as { source?: AnyNode }).source)!;
    if (node.type === 'ImportSpecifier') return { from, name: nameOf(node.imported) };
    return { from, name: node.type === 'ImportDefaultSpecifier' ? 'default' : member };
  }
  if (type !== 'Variable' || node.type !== 'VariableDeclarator') return undefined;
  const from = requiredBy(node.init);
  if (from === undefined) return undefined;
  if (node.id.type === 'Identifier') return { from, name: member };
  // Other patterns are code of their own: what they rename, and what they give by default.
  if (node.id.type !== 'ObjectPattern') return undefined;
  for (const property of node.id.properties)
    if (property.type === 'Property' && !property.computed && isNamed(property.value, name))
      return { from, name: nameOf(property.key) };
  return undefined;
}

const isNamed = (node: AnyNode, name: string): boolean => node.type === 'Identifier' && node.name === name;
