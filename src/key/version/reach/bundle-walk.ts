/** What a Workflow reaches in its bundle, by its text: the function itself is in the isolate. */
import type { AnyNode } from 'acorn';
import { projectFolder } from '../../../project-folder';
import { Bundle } from './bundle';
import { CodeWalk } from './code-walk';
import { isLater } from './definitions';
import { type Reached, reachedFrom, ReachedNode } from './graph';
import type { ModuleCode } from './module-code';
import { isFunction } from './syntax';

export { Bundle };

/**
 * @param source - the text of the Workflow's function, as the runtime shows it
 * @returns undefined if the bundle does not have the text
 */
export function reachedInBundle(bundle: Bundle, type: string, source: string): Reached | undefined {
  const code = new CodeWalk(bundle, bundle.resolver, projectFolder());
  const root = new ReachedNode('link', type, 'workflow');
  for (const { id, script, offset } of bundle.find(source)) {
    const place = bundle.resolver.resolve(id);
    if (place.kind === 'package') root.to('package', code.package(place.id));
    const module = place.kind === 'module' ? code.codeOf(script) : undefined;
    const ast = module && functionFrom(module, offset);
    if (module !== undefined && ast !== undefined && !isLater(module, ast)) {
      root.to('', code.part(module, ast));
      continue;
    }
    // What a function captured is not known here: all of its module counts, and what exports it.
    if (module !== undefined) root.to('', code.whole(module));
    if (bundle.entry !== undefined) root.to('export', code.member(bundle.entry, type));
  }
  return root.edges.length === 0 ? undefined : reachedFrom(root);
}

function functionFrom(module: ModuleCode, offset: number): AnyNode | undefined {
  for (const node of module.parents.keys() as Iterable<AnyNode>)
    if (node.start === offset && isFunction(node)) return node;
  return undefined;
}
