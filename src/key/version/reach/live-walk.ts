/** What a function reaches as it runs: through wrappers, bound objects and captured variables. */
import type { AnyNode } from 'acorn';
import { encode } from '../../canonical';
import { members } from './class-members';
import type { CodeWalk, Closure } from './code-walk';
import { isOfGiven, isPure, isSettled } from './given';
import { ReachedNode } from './graph';
import type { AnyFunction, Inspector } from './inspector';
import { isInPackage } from './resolve';
import type { ModuleCode, Variable } from './module-code';
import { patchesOf } from './patches';
import { isClass, isFunction } from './syntax';
import { types } from 'node:util';

/** A graph of objects that is larger than this is data. */
const MAX_OBJECTS = 1_000;
/** Data that is nested deeper, or in a circle, is walked as objects. */
const MAX_DEPTH = 100;
export class LiveWalk {
  private readonly functions = new Map<AnyFunction, ReachedNode>();
  private readonly methods = new Map<object, Map<AnyFunction, ReachedNode>>();
  private readonly objects = new Map<object, ReachedNode>();

  constructor(
    private readonly inspector: Inspector,
    private readonly code: CodeWalk,
  ) {}

  /** @param self - the object that it is a method of, if that is known */
  function(fn: AnyFunction, self?: object): ReachedNode {
    const known = this.known(self);
    const found = known.get(fn);
    if (found !== undefined) return found;
    // A function that reaches itself while it is read finds this one.
    const entry = new ReachedNode('link', fn.name, 'function');
    known.set(fn, entry);
    entry.to('', this.read(fn, self));
    return entry;
  }

  /** What a method reaches depends on its object. */
  private known(self: object | undefined): Map<AnyFunction, ReachedNode> {
    if (self === undefined) return this.functions;
    const known = this.methods.get(self) ?? new Map<AnyFunction, ReachedNode>();
    this.methods.set(self, known);
    return known;
  }

  private read(fn: AnyFunction, self?: object): ReachedNode {
    const mocked = (fn as { getMockImplementation?: () => unknown }).getMockImplementation;
    if (typeof mocked === 'function') {
      const implementation = mocked.call(fn);
      return typeof implementation === 'function' ? this.function(implementation) : this.opaque(fn.name);
    }
    const origin = this.inspector.originOf(fn);
    switch (origin.kind) {
      case 'native':
        return this.opaque(fn.name);
      case 'proxy': {
        const node = new ReachedNode('link', fn.name, 'proxy');
        node.to('proxy', this.opaque(fn.name));
        if (typeof origin.target === 'function') node.to('target', this.function(origin.target));
        node.to('handler', this.value(origin.handler, fn.name, false));
        return node;
      }
      case 'bound': {
        const node = new ReachedNode('link', origin.target.name, 'bound');
        const isObject = typeof origin.self === 'object' && origin.self !== null;
        node.to('target', this.function(origin.target, isObject ? (origin.self as object) : undefined));
        origin.args.forEach((value, i) => node.to(`${i}`, this.value(value, `${fn.name}(${i})`, true)));
        return node;
      }
      case 'script': {
        const { script, line, column } = origin;
        const module = this.code.codeOf(script);
        const ast = module && functionAt(module, offsetOf(module.text, line, column), fn);
        if (isElsewhere(script.path)) {
          const node = new ReachedNode('link', fn.name, 'package');
          if (isInPackage(script.path))
            node.to('package', this.code.package(this.code.resolver.packageOf(script.path)));
          if (module && ast) this.seeThrough(module, ast, fn, node);
          return node;
        }
        if (module === undefined || ast === undefined) return this.unparsed(fn);
        const closure = this.closure(module, ast, fn);
        const node = isFunction(ast)
          ? members(this.code, this, { module, ast, closure, self })
          : this.code.part(module, ast, closure);
        return this.patched(module, ast, node, closure);
      }
    }
  }

  /** A function with what changes it later. The node itself is shared with other walks. */
  private patched(module: ModuleCode, ast: AnyNode, node: ReachedNode, closure?: Closure): ReachedNode {
    const patches = patchesOf(module, ast);
    if (patches.length === 0) return node;
    const group = new ReachedNode('link', node.label, 'patched');
    group.to('', node);
    for (const patch of patches) group.to('', this.code.part(module, patch, closure));
    return group;
  }

  /** Any value that code holds. Without `data`, only the functions and classes in it count. */
  value(value: unknown, label: string, data: boolean): ReachedNode {
    if (typeof value === 'function') return this.function(value);
    if (typeof value === 'symbol') return this.opaque(label);
    if (typeof value !== 'object' || value === null)
      return this.code.leaf('value', label, data ? encode([value]) : 'data');
    const known = this.objects.get(value);
    if (known !== undefined) return known;
    if (this.objects.size > MAX_OBJECTS) return this.opaque(label);
    if (types.isProxy(value)) return this.proxy(value, label);
    const prototype: unknown = Object.getPrototypeOf(value);
    const isPlain = prototype === null || isOf(prototype, 'Object') || Array.isArray(value);
    const isBuiltIn =
      !isPlain &&
      ['Date', 'RegExp', 'Map', 'Set', 'Uint8Array', 'Buffer', 'URL'].some((name) => isOf(prototype, name));
    if (isBuiltIn) return data ? this.encoded(value, label) : this.code.leaf('value', label, 'data');
    if (isPlain && data && isData(value)) return this.encoded(value, label);
    const members = Object.entries(Object.getOwnPropertyDescriptors(value));
    if (members.length > MAX_OBJECTS) return this.opaque(label);
    const node = new ReachedNode(isPlain && data ? 'value' : 'link', label, isPlain ? 'object' : 'instance');
    this.objects.set(value, node);
    if (!isPlain && this.isOfPackage(prototype, node)) return node;
    if (!isPlain) node.to('data', this.opaque(label));
    for (const [name, { value: member }] of members) {
      if (Array.isArray(value) && name === 'length') continue;
      const counts = data && isPlain;
      if (counts || typeof member === 'function' || (typeof member === 'object' && member !== null))
        node.to(name, this.value(member, `${label}.${name}`, counts));
    }
    return node;
  }

  /** The traps of a proxy are code. What they answer is not asked for. */
  private proxy(value: object, label: string): ReachedNode {
    const node = new ReachedNode('link', label, 'proxy');
    this.objects.set(value, node);
    node.to('proxy', this.opaque(label));
    const origin = this.inspector.originOf(value);
    if (origin.kind !== 'proxy') return node;
    node.to('target', this.value(origin.target, label, false));
    node.to('handler', this.value(origin.handler, label, false));
    return node;
  }

  opaque(label: string): ReachedNode {
    return this.code.leaf('opaque', label || 'anonymous', 'opaque');
  }

  private encoded(value: object, label: string): ReachedNode {
    try {
      return this.code.leaf('value', label, encode([value]));
    } catch {
      return this.opaque(label);
    }
  }

  /**
   * Adds the class of an instance.
   * @returns whether it comes with a package, so that nothing in it counts
   */
  private isOfPackage(prototype: unknown, node: ReachedNode): boolean {
    const made = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value as unknown;
    if (typeof made !== 'function') {
      node.to('prototype', this.value(prototype, node.label, false)); // of Object.create
      return false;
    }
    node.to('class', this.function(made));
    const origin = this.inspector.originOf(made);
    return origin.kind !== 'script' || isElsewhere(origin.script.path);
  }

  /** The text of the runtime, where no module has it. */
  private unparsed(fn: AnyFunction): ReachedNode {
    return new ReachedNode('code', fn.name, Function.prototype.toString.call(fn));
  }

  private closure(module: ModuleCode, ast: AnyNode, fn: AnyFunction): Closure | undefined {
    const names = freeNames(module, ast);
    if (names.length === 0) return undefined;
    let captured: Map<string, unknown> | undefined;
    const seen = new Set<Variable>();
    const closure: Closure = (variable, node, name) => {
      captured ??= this.inspector.captured(fn, names);
      const has = captured.has(name);
      const value = captured.get(name);
      if (has && typeof value === 'function') return node.to(name, this.function(value));
      const [definition] = variable.defs;
      const declared = definition?.node as unknown as AnyNode | undefined;
      const assigned = variable.references.filter((one) => one.isWrite() && one.init !== true);
      const isValue =
        (declared?.type !== 'VariableDeclarator' ||
          declared.init == null ||
          (isPure(declared.init) && (isObject(value) || isOfGiven(declared.init, module)))) &&
        assigned.every((one) => isSettled(one, variable, module));
      const label = `${node.label}: ${name}`;
      const isGiven = definition?.type === 'Parameter' || declared === undefined;
      if (isValue && (has || (isGiven && assigned.length === 0))) {
        node.to(name, has ? this.value(value, label, true) : this.opaque(label));
        return;
      }
      if (has) node.to(name, this.value(value, label, false));
      if (seen.has(variable)) return;
      seen.add(variable);
      const sources = assigned.map(({ identifier }) => module.parents.get(identifier as never)!);
      for (const source of [...(declared ? [declared] : []), ...sources])
        node.to(`${name} =`, this.code.part(module, source, closure));
    };
    return closure;
  }

  /** The project's functions that a function of a package wraps. */
  private seeThrough(module: ModuleCode, ast: AnyNode, fn: AnyFunction, node: ReachedNode): void {
    const captured = this.inspector.captured(fn, freeNames(module, ast));
    for (const [name, value] of captured) {
      if (typeof value !== 'function') continue;
      const origin = this.inspector.originOf(value);
      const isOwn = origin.kind !== 'script' || !isElsewhere(origin.script.path);
      if (isOwn && origin.kind !== 'native') node.to(name, this.function(value));
    }
  }
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** Whether a plain object holds nothing but data, without getters, which are not run. */
function isData(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null)
    return typeof value !== 'function' && typeof value !== 'symbol';
  if (
    depth > MAX_DEPTH ||
    types.isProxy(value) ||
    !(Array.isArray(value) || isOf(Object.getPrototypeOf(value), 'Object'))
  )
    return false;
  // Indexes come first. A list with other members is read as an object.
  if (Array.isArray(value) && /\D/.test(Object.keys(value).at(-1) ?? '0')) return false;
  const members = Object.values(Object.getOwnPropertyDescriptors(value));
  return members.every((one) => 'value' in one && isData(one.value, depth + 1));
}

/** Whether code is no part of the project: a package's, or Node's own. */
const isElsewhere = (path: string): boolean => isInPackage(path) || path.startsWith('node:');

/** The names of variables of enclosing functions. */
function freeNames(module: ModuleCode, ast: AnyNode): string[] {
  const names = new Set<string>();
  for (
    let at: AnyNode | undefined = ast;
    at !== undefined && at !== module.wrapper;
    at = module.parents.get(at)
  ) {
    const scope = module.scopes.acquire(at as never);
    if (scope === null || scope === module.top) continue;
    for (const { name } of at === ast ? [] : scope.variables) names.add(name);
  }
  return [...names];
}

const isOf = (prototype: unknown, name: string): boolean => {
  if (prototype === null) return false;
  const made = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value as
    { name?: string } | undefined;
  return made?.name === name && /\[native code\]/.test(Function.prototype.toString.call(made));
};

export function offsetOf(text: string, line: number, column: number): number {
  let at = 0;
  for (let i = 1; i < line; i++) at = text.indexOf('\n', at) + 1;
  return at + column;
}

/** The innermost function or class at an offset. */
export function functionAt(module: ModuleCode, offset: number, fn: AnyFunction): AnyNode | undefined {
  const wanted = /^class\b/.test(Function.prototype.toString.call(fn)) ? isClass : isFunction;
  let found: AnyNode | undefined;
  for (const node of module.parents.keys() as Iterable<AnyNode>)
    if (
      node.start <= offset &&
      offset < node.end &&
      wanted(node) &&
      (found === undefined || node.start >= found.start)
    )
      found = node;
  return found;
}
