/**
 * What the text of a piece of a module reaches: the module's own variables, and what it imports.
 */
import { relative } from 'node:path';
import type { AnyNode, Node } from 'acorn';
import type { Reference } from 'eslint-scope';
import { syntaxText } from '../syntax-text';
import { Circles } from './circles';
import { type Definition, importOf, isLater, isParameter, nameAround, statementAround } from './definitions';
import { WHOLE, type Export } from './exports';
import { ReachedNode } from './graph';
import { LoadOrder } from './load-order';
import { oneByOne } from './one-by-one';
import { leadsIn, type ModuleCode, moduleCode, type Variable } from './module-code';
import { isOwnPackage } from './own-package';
import type { Destination, Resolver } from './resolve';
import type { Script, Scripts } from './scripts';
import { declaredBy, isImport, isWithin, literalOf, memberOf, nameOf } from './syntax';
import { changedFile, unloadedFile } from './unloaded';

/** Names a variable of an enclosing function, whose value only the running closure has. */
export type Closure = (variable: Variable, node: ReachedNode, name: string) => void;

/** Instead of a name: what happens while a module is loaded. */
const EFFECTS = '(loaded)';
const DECLARES = /^(Function|Class)Declaration$|^Export/;
const COMMON_JS = new Set(['exports', 'module', 'require', '__filename', '__dirname', 'jest']);

export class CodeWalk {
  private readonly modules = new Map<string, ModuleCode | undefined>();
  private readonly parts = new Map<Node, ReachedNode>();
  private readonly groups = new Map<Variable, ReachedNode>();
  private readonly wholes = new Map<ModuleCode, ReachedNode>();
  private readonly changed = new Map<readonly AnyNode[], ReachedNode>();
  private readonly loaded = new Map<ModuleCode, ReachedNode>();
  private readonly throughs = new Map<string, ReachedNode>();
  private readonly initials = new Map<ModuleCode, ReachedNode>();
  private readonly files = new Map<string, ReachedNode>();
  private readonly unloaded = new Set<ModuleCode>();
  private readonly leaves = new Map<string, ReachedNode>();
  private readonly inTurn = oneByOne();
  private readonly circles = new Circles();
  readonly order: LoadOrder;

  /** @param folder - the folder to which labels are relative */
  constructor(
    private readonly scripts: Scripts,
    readonly resolver: Pick<Resolver, 'resolve' | 'packageOf'>,
    private readonly folder: string,
    private readonly read = moduleCode,
  ) {
    const loadedAt = (path: string) => {
      const module = this.codeOf(scripts.scriptOf(path)!);
      return module !== undefined && this.unloaded.has(module) ? undefined : module;
    };
    this.order = new LoadOrder((specifier, from) => resolver.resolve(specifier, from), loadedAt);
  }

  codeOf(script: Script): ModuleCode | undefined {
    if (!this.modules.has(script.id))
      this.modules.set(script.id, this.read(script.path, this.scripts.textOf(script)));
    return this.modules.get(script.id);
  }

  label(module: ModuleCode, ast: AnyNode): string {
    return `${relative(this.folder, module.path)}#${nameAround(module, ast)}`;
  }

  leaf(kind: ReachedNode['kind'], label: string, text = label): ReachedNode {
    const id = `${kind} ${label} ${text}`;
    const known = this.leaves.get(id) ?? new ReachedNode(kind, label, text);
    this.leaves.set(id, known);
    return known;
  }

  /** @param id - `name@version` */
  package(id: string): ReachedNode {
    return isOwnPackage(id) ? this.leaf('builtin', 'temporal-activity-cache') : this.leaf('package', id);
  }

  /** A piece of code, with everything that its names lead to. */
  part(module: ModuleCode, ast: AnyNode, closure?: Closure): ReachedNode {
    const known = closure === undefined ? this.parts.get(ast) : undefined;
    if (known !== undefined) return known;
    const node = new ReachedNode('code', this.label(module, ast), syntaxText(ast));
    if (closure !== undefined) this.follow(module, ast, node, closure);
    else {
      this.parts.set(ast, node);
      this.inTurn(() => this.follow(module, ast, node));
    }
    return node;
  }

  /** Adds what the names in `ast` lead to. */
  follow(module: ModuleCode, ast: AnyNode, node: ReachedNode, closure?: Closure): void {
    for (const current of leadsIn(module, ast)) {
      this.followImport(module, current, node);
      const reference = module.references.get(current);
      if (reference !== undefined) this.followName(module, ast, node, reference, closure);
    }
    if (!this.unloaded.has(module)) node.to('loaded', this.loading(module));
    for (const effect of module.exports.effects) node.to('import', this.imported(module, effect, EFFECTS));
  }

  /** A variable of a module, or one member of a module that it stands for. */
  variable(module: ModuleCode, variable: Variable, member?: string): ReachedNode {
    const [definition] = variable.defs;
    const imported = definition && importOf(definition as Definition, variable.name, member);
    if (imported !== undefined) return this.imported(module, imported.from, imported.name);
    const pieces = [
      ...variable.defs.map(({ node }) => node as unknown as AnyNode),
      ...(module.writes.get(variable) ?? []),
    ];
    if (pieces.length === 1) return this.part(module, pieces[0]!);
    const known = this.groups.get(variable);
    if (known !== undefined) return known;
    const group = new ReachedNode('link', this.label(module, pieces[0]!), 'variable');
    this.groups.set(variable, group);
    for (const piece of pieces) group.to('', this.part(module, piece));
    return group;
  }

  imported(module: ModuleCode, specifier: string, name: string): ReachedNode {
    if (isOwnPackage(specifier)) return this.package(specifier);
    const destination = this.resolver.resolve(specifier, module.path);
    // What only unloaded code imports may be loaded later: the same files must count then.
    if (destination.kind === 'module' && this.unloaded.has(module)) return this.file(destination.path);
    return this.exported(destination, name, specifier);
  }

  private exported(destination: Destination, name: string, specifier: string): ReachedNode {
    switch (destination.kind) {
      case 'package':
        return this.package(destination.id);
      case 'builtin':
        return this.leaf('builtin', destination.name);
      case 'unknown':
        return this.leaf('opaque', `import '${specifier}'`);
      case 'file':
        return this.file(destination.path);
      case 'module':
        return this.member(destination.path, name);
    }
  }

  member(path: string, name: string): ReachedNode {
    const module = this.codeOf(this.scripts.scriptOf(path)!);
    if (module === undefined) return this.file(path);
    if (name === EFFECTS) return this.effects(module);
    if (name === '*' || module.exports.unclear) return this.whole(module);
    return this.circles.around(`${path}#${name}`, () => {
      const found = this.find(module, name, new Set());
      return found === undefined ? this.whole(module) : this.through(module, name, found);
    });
  }

  /**
   * What a module and all that it imports do to others while they are loaded: a route that is
   * added, a table that is filled.
   */
  private loading(module: ModuleCode): ReachedNode {
    const known = this.initials.get(module);
    if (known !== undefined) return known;
    const node = new ReachedNode('link', module.path, 'loading');
    this.initials.set(module, node);
    // A module without effects leaves no trace: an import more of it changes no version.
    for (const one of this.order.of(module))
      for (const statement of one.effects) node.to('', this.part(one, statement));
    return node;
  }

  /** A name that a module exports, with what the module does when it is loaded. */
  private through(module: ModuleCode, name: string, node: ReachedNode): ReachedNode {
    const label = `${module.path}#${name}`;
    const known = this.throughs.get(label);
    if (known !== undefined) return known;
    const group = new ReachedNode('link', label, 'through');
    this.throughs.set(label, group);
    group.to('', node);
    group.to('loaded', this.loading(module));
    return group;
  }

  /** What a module does when it is loaded. */
  private effects(module: ModuleCode): ReachedNode {
    const known = this.loaded.get(module);
    if (known !== undefined) return known;
    const node = new ReachedNode('link', module.path, 'loaded');
    this.loaded.set(module, node);
    for (const statement of module.body)
      if (!module.exports.statements.has(statement) && !DECLARES.test(statement.type))
        node.to('', this.part(module, statement));
    for (const effect of module.exports.effects) node.to('import', this.imported(module, effect, EFFECTS));
    return node;
  }

  private find(module: ModuleCode, name: string, seen: Set<ModuleCode>): ReachedNode | undefined {
    if (seen.has(module)) return undefined;
    seen.add(module);
    if (module.exports.unclear) return this.whole(module);
    const { named, stars } = module.exports;
    const direct = named.has(name) ? name : WHOLE;
    if (named.has(direct)) return this.export(module, direct);
    // Not every star says what it exports, so that each may have the name.
    const found = stars.flatMap((star) => {
      const destination = this.resolver.resolve(star, module.path);
      if (destination.kind !== 'module') return [this.exported(destination, name, star)];
      const target = this.codeOf(this.scripts.scriptOf(destination.path)!);
      return (target && this.find(target, name, seen)) ?? [];
    });
    if (found.length < 2) return found[0];
    const group = new ReachedNode('link', `${module.path}#${name}`, 'stars');
    for (const one of found) group.to('', one);
    return group;
  }

  private export(module: ModuleCode, name: string): ReachedNode {
    const { named, changes } = module.exports;
    const first = this.exportedNode(module, named.get(name)!);
    const others = changes.get(name);
    if (others === undefined) return first;
    const known = this.changed.get(others);
    if (known !== undefined) return known;
    const group = new ReachedNode('link', `${module.path}#${name}`, 'export');
    this.changed.set(others, group);
    group.to('', first);
    for (const other of others) group.to('', this.part(module, other));
    return group;
  }

  private exportedNode(module: ModuleCode, found: Export): ReachedNode {
    if (found.from !== undefined) return this.imported(module, found.from, found.name);
    let { node } = found;
    let member: string | undefined;
    if (node.type === 'MemberExpression' && !node.computed && node.object.type === 'Identifier') {
      member = nameOf(node.property); // exported again: helper_1.scale
      node = node.object;
    }
    const declared = declaredBy(node);
    const variable =
      declared === undefined ? undefined : (module.top.set.get(declared) as Variable | undefined);
    return variable === undefined ? this.part(module, node) : this.variable(module, variable, member);
  }

  /** A module of which it is not known what counts. */
  whole(module: ModuleCode): ReachedNode {
    const known = this.wholes.get(module);
    if (known !== undefined) return known;
    const { statements, named, stars } = module.exports;
    const code = module.body.filter((statement) => !statements.has(statement));
    const text = JSON.stringify(code.map((statement) => syntaxText(statement)));
    const node = new ReachedNode('code', `${relative(this.folder, module.path)}#*`, text);
    this.wholes.set(module, node);
    if (this.unloaded.has(module)) this.asFile(module.path, node);
    this.inTurn(() => {
      for (const statement of code) this.follow(module, statement, node);
      for (const name of named.keys()) node.to(name, this.export(module, name));
      for (const star of stars) node.to('*', this.imported(module, star, '*'));
    });
    return node;
  }

  /** A file that is not loaded: all of it counts, and what it imports. */
  private file(path: string): ReachedNode {
    const known = this.files.get(path);
    if (known !== undefined) return known;
    const { text, module, specifiers } = unloadedFile(path);
    if (module !== undefined) {
      this.unloaded.add(module);
      return this.whole(module);
    }
    const node = this.asFile(path, new ReachedNode('code', relative(this.folder, path), text));
    for (const specifier of specifiers) {
      const found = this.resolver.resolve(specifier, path);
      if (found.kind === 'module' || found.kind === 'file') node.to(specifier, this.file(found.path));
      if (found.kind === 'package') node.to(specifier, this.package(found.id));
    }
    return node;
  }

  /** Notes a file before what it imports is read, because that may import the file. */
  private asFile(path: string, node: ReachedNode): ReachedNode {
    this.files.set(path, node);
    if (this.scripts.mayDiffer?.(path)) node.to('changed', changedFile(relative(this.folder, path)));
    return node;
  }

  private followImport(module: ModuleCode, current: AnyNode, node: ReachedNode): void {
    if (!isImport(current)) return;
    const target =
      current.type === 'ImportExpression'
        ? current.source
        : (current as { arguments: AnyNode[] }).arguments[0];
    const specifier = literalOf(target);
    if (specifier === undefined) node.to('import', this.leaf('opaque', `${node.label}: import(…)`, 'opaque'));
    else if (!this.scripts.isComplete && isLater(module, current))
      node.to('import', this.later(module, specifier));
    else node.to('import', this.imported(module, specifier, '*'));
  }

  /** What is imported while a function runs may be loaded already, or not: the file counts. */
  private later(module: ModuleCode, specifier: string): ReachedNode {
    const destination = this.resolver.resolve(specifier, module.path);
    return destination.kind === 'module'
      ? this.file(destination.path)
      : this.exported(destination, '*', specifier);
  }

  private followName(
    module: ModuleCode,
    ast: AnyNode,
    node: ReachedNode,
    { identifier, resolved }: Reference,
    closure?: Closure,
  ): void {
    const parent = module.parents.get(identifier as unknown as Node);
    const member =
      parent?.type === 'MemberExpression' && parent.object === (identifier as unknown)
        ? memberOf(parent)
        : undefined;
    const name = identifier.name;
    const isGlobal =
      resolved === null || (resolved.scope === module.top && COMMON_JS.has(name) && isParameter(resolved));
    if (isGlobal) {
      if (name === 'exports' && member !== undefined && module.exports.named.has(member))
        node.to(`exports.${member}`, this.export(module, member));
      if (name === 'module' && member === 'exports') node.to('module.exports', this.whole(module));
      if (name === 'eval' || (name === 'Function' && parent?.type === 'NewExpression'))
        node.to(name, this.leaf('opaque', `${node.label}: ${name}`, 'opaque'));
      return;
    }
    if (isWithin(resolved.scope.block as unknown as Node, ast) && resolved.scope !== module.top) return;
    if (resolved.scope === module.top || resolved.scope.type === 'global')
      node.to(member === undefined ? name : `${name}.${member}`, this.variable(module, resolved, member));
    else if (closure !== undefined) closure(resolved, node, name);
    else {
      const statement = statementAround(module, resolved.scope.block as unknown as AnyNode);
      if (statement !== undefined) node.to(name, this.part(module, statement));
    }
  }
}
