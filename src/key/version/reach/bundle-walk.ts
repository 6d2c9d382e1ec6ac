/**
 * What a Workflow reaches in its bundle, by its text: the function itself is in the isolate. A
 * Workflow runs again cheaply, because its Activities are still hits. So everything counts that may
 * have an effect on it:
 *
 * - The code that the function names, and what that names in turn.
 * - Statements of the project's modules that do more than declare something.
 * - Modules that are named in another way than by an import, such as by `require.context`.
 * - Interceptors of the project, which stand around every Workflow.
 * - The packages in the bundle.
 */
import type { AnyNode } from 'acorn';
import { projectFolder } from '../../../project-folder';
import { Bundle } from './bundle';
import { CodeWalk } from './code-walk';
import { type Reached, reachedFrom, ReachedNode } from './graph';
import type { ModuleCode } from './module-code';
import { isOwnPackage } from './own-package';
import { declaresOnly } from './pure';
import type { Script } from './scripts';
import { isClass, isFunction, literalOf } from './syntax';

/** Walks several Workflows of a bundle. It keeps the syntax trees of the project. */
export class BundleWalk {
  private readonly code: CodeWalk;
  private readonly own: ReadonlySet<Script>;
  /** What counts for every Workflow. */
  private common?: ReachedNode;

  private constructor(private readonly bundle: Bundle) {
    this.code = new CodeWalk(bundle, bundle.resolver, projectFolder());
    this.own = new Set(bundle.own);
  }

  /** @returns undefined if the modules of the bundle cannot be distinguished */
  static of(code: string): BundleWalk | undefined {
    const bundle = Bundle.read(code, process.cwd());
    return bundle && new BundleWalk(bundle);
  }

  /**
   * @param source - the text of the Workflow's function, as the runtime shows it
   * @returns undefined if the bundle does not have the text
   */
  reachedBy(type: string, source: string): Reached | undefined {
    const { bundle, code, own } = this;
    const root = new ReachedNode('link', type, 'workflow');
    for (const { script, offset } of bundle.find(source)) {
      const module = own.has(script) ? code.codeOf(script) : undefined;
      const ast = module && functionFrom(module, offset);
      if (module !== undefined && ast !== undefined && isTopLevel(module, ast)) {
        root.to('', code.part(module, ast));
        continue;
      }
      // What a function captured is not known here: all of its module counts, and what exports it.
      if (module !== undefined) root.to('', code.whole(module));
      root.to('export', code.member(bundle.entry.path, type));
    }
    if (root.edges.length === 0) return undefined;
    root.to('bundle', (this.common ??= this.commonNode()));
    return reachedFrom(root);
  }

  private commonNode(): ReachedNode {
    const { bundle, code, own } = this;
    const node = new ReachedNode('link', 'bundle', 'bundle');
    for (const module of this.modules()) {
      for (const statement of module.body)
        if (!declaresOnly(module, statement, this.isPure)) node.to('loaded', code.part(module, statement));
      for (const path of this.namedOtherwise(module)) node.to('named', code.member(path, '*'));
    }
    for (const script of bundle.interceptors)
      if (own.has(script)) node.to('interceptors', code.member(script.path, '*'));
    for (const id of bundle.packageIds) node.to('package', code.package(id));
    return node;
  }

  /** All modules of the project, in the order in which they run. The rest is loaded later. */
  private modules(): Set<ModuleCode> {
    const modules = new Set<ModuleCode>();
    for (const script of [this.bundle.entry, ...this.own]) {
      const module = this.code.codeOf(script);
      if (module === undefined) throw new SyntaxError(`${script.path} cannot be read in the bundle`);
      for (const one of this.code.order.of(module)) modules.add(one);
    }
    return modules;
  }

  /** Calls of the SDK and of this package change nothing, and do not run what they get. */
  private readonly isPure = (from: string): boolean => {
    const place = this.bundle.resolver.resolve(from);
    return place.kind === 'builtin' || (place.kind === 'package' && isOwnPackage(place.id));
  };

  /** The modules of the project whose names stand outside of the statements that import. */
  private namedOtherwise(module: ModuleCode): Set<string> {
    const found = new Set<string>();
    const imports = [...module.exports.statements];
    for (const node of module.parents.keys() as Iterable<AnyNode>) {
      const text = node.type === 'Literal' ? literalOf(node) : undefined;
      const script = text === undefined ? undefined : this.bundle.named(text);
      if (script === undefined || !this.own.has(script)) continue;
      if (!imports.some(({ start, end }) => start <= node.start && node.end <= end)) found.add(script.path);
    }
    return found;
  }
}

function functionFrom(module: ModuleCode, offset: number): AnyNode | undefined {
  for (const node of module.parents.keys() as Iterable<AnyNode>)
    if (node.start === offset && isFunction(node)) return node;
  return undefined;
}

/** Whether no function and no class is around a function. */
function isTopLevel(module: ModuleCode, ast: AnyNode): boolean {
  for (let at = module.parents.get(ast); at !== undefined; at = module.parents.get(at))
    if ((isFunction(at) && at !== module.wrapper) || isClass(at)) return false;
  return true;
}
