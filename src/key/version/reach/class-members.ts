/**
 * A method reaches the members of its class that it names. Another Activity of the class is not
 * part of its code.
 */
import type { AnyNode } from 'acorn';
import type { Closure, CodeWalk } from './code-walk';
import type { ReachedNode } from './graph';
import type { AnyFunction } from './inspector';
import type { ModuleCode } from './module-code';
import { type ClassNode, type FunctionNode, isClass, isFunction, nameOf, visitNodes } from './syntax';

interface Live {
  function(fn: AnyFunction, self?: object): ReachedNode;
  value(value: unknown, label: string, data: boolean): ReachedNode;
  opaque(label: string): ReachedNode;
}

interface Method {
  module: ModuleCode;
  ast: FunctionNode;
  closure: Closure | undefined;
  /** The object that it is bound to. */
  self: object | undefined;
}

type Member = Extract<AnyNode, { type: 'MethodDefinition' | 'PropertyDefinition' }>;

/** A function, and what it reaches through `this`. */
export function members(code: CodeWalk, live: Live, method: Method): ReachedNode {
  const { module, ast, self } = method;
  const owner = ownerOf(module, ast);
  if (owner === undefined) return code.part(module, ast, method.closure);
  const { type, isStatic, parts } = owner;
  // What a method reaches through its object is not shared with other objects.
  const closure = method.closure ?? (() => undefined);
  const node = code.part(module, ast, closure);
  const seen = new Map<AnyNode, ReachedNode>();
  const follow = (from: ReachedNode, within: AnyNode): void =>
    visitNodes(within, (current) => {
      const parent = module.parents.get(current);
      if (current.type === 'Super') from.to('super', code.part(module, type, closure));
      if (current.type !== 'ThisExpression') return;
      if (parent?.type !== 'MemberExpression' || parent.computed || parent.object !== current)
        return (from.to('this', code.part(module, type, closure)), undefined);
      const outer = module.parents.get(parent);
      if (outer?.type !== 'AssignmentExpression' || outer.left !== parent)
        reach(from, nameOf(parent.property));
    });
  const reach = (from: ReachedNode, name: string): void => {
    const held = self === undefined ? undefined : heldBy(self, name);
    if (held !== undefined) {
      const [value, isOwn] = held;
      const isCode = typeof value === 'function' || (typeof value === 'object' && value !== null);
      if (typeof value === 'function') from.to(`this.${name}`, live.function(value, self));
      else if (isCode && isOwn)
        from.to(`this.${name}`, live.value(value, `${from.label}: this.${name}`, false));
      if (typeof value === 'function') return;
    }
    const found = parts.filter((one) => !one.computed && one.static === isStatic && nameOf(one.key) === name);
    if (found.length === 0 && self === undefined && isClass(type) && type.superClass)
      from.to('super', code.part(module, type.superClass, closure));
    const isData = found.every((one) => one.type === 'PropertyDefinition' && one.value == null);
    if (isData && held === undefined) from.to(`this.${name}`, live.opaque(`${from.label}: this.${name}`));
    for (const member of found) add(from, `this.${name}`, member);
  };
  const add = (from: ReachedNode, name: string, member: AnyNode): void => {
    const known = seen.get(member);
    const target = known ?? code.part(module, member, closure);
    from.to(name, target);
    if (known !== undefined) return;
    seen.set(member, target);
    follow(target, member);
  };
  for (const member of parts)
    if (member.type === 'MethodDefinition' && member.kind === 'constructor') add(node, 'constructor', member);
  follow(node, ast);
  return node;
}

const isMember = ({ type }: AnyNode): boolean => type === 'MethodDefinition' || type === 'PropertyDefinition';

interface Owner {
  type: ClassNode;
  isStatic: boolean;
  parts: Member[];
}

/** The class whose `this` a function has: an arrow has that of the member around it. */
function ownerOf(module: ModuleCode, ast: AnyNode): Owner | undefined {
  let member = module.parents.get(ast);
  for (
    let inner = ast;
    member !== undefined && !isMember(member);
    inner = member, member = module.parents.get(inner)
  )
    if (isFunction(inner) && inner.type !== 'ArrowFunctionExpression') return undefined;
  if (member?.type !== 'MethodDefinition' && member?.type !== 'PropertyDefinition') return undefined;
  const body = module.parents.get(member);
  const type = body && module.parents.get(body);
  if (type === undefined || !isClass(type)) return undefined;
  const parts = type.body.body.filter(
    (one): one is Member => one.type === 'MethodDefinition' || one.type === 'PropertyDefinition',
  );
  return { type, isStatic: member.static, parts };
}

/** A member of an object or of its classes, without running a getter. */
function heldBy(self: object, name: string): [value: unknown, isOwn: boolean] | undefined {
  for (let at: object | null = self; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const found = Object.getOwnPropertyDescriptor(at, name);
    if (found !== undefined) return 'value' in found ? [found.value, at === self] : undefined;
  }
  return undefined;
}
