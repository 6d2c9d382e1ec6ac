/**
 * What the names in the code of a module stand for: its variables, its imports, and the members of
 * `exports`.
 */
import type { AnyNode, Node } from 'acorn';
import type { Reference, Scope } from 'eslint-scope';
import { basesIn, isExport, methodsOf } from './changes';
import type { Export } from './exports';
import { isOfProject } from './resolve';
import {
  calledName,
  declaredBy,
  importedFrom,
  isClass,
  isFunction,
  isVoid,
  memberOf,
  namesIn,
  requiredBy,
  visitNodes,
} from './syntax';

type Variable = NonNullable<Reference['resolved']>;

interface Code {
  path: string;
  top: Scope;
  references: ReadonlyMap<Node, Reference>;
}

/** Their answer is made anew. */
const COPIES = /^(concat|entries|filter|flat\w*|join|keys|map|slice|to[A-Z]\w*|values)$/;

export class Names {
  private readonly exported = new Map<string, Variable>();
  private readonly ofFunction = new Map<AnyNode, Variable[]>();

  /** @param named - the exports, which CommonJS names as members: `exports.table` */
  constructor(
    private readonly code: Code,
    private readonly named: ReadonlyMap<string, Export>,
  ) {}

  private isOfProject(specifier: string): boolean {
    return isOfProject(specifier, this.code.path);
  }

  isOuter({ scope }: Variable): boolean {
    return scope === this.code.top;
  }

  /** The name of an export, if what changed is one. */
  exportOf(variable: Variable): string | undefined {
    return this.exported.get(variable.name) === variable ? variable.name : undefined;
  }

  isProjectImport({ scope, defs }: Variable): boolean {
    if (scope !== this.code.top) return false;
    return defs.some((definition) => {
      const from = importedFrom(definition);
      return from !== undefined && this.isOfProject(from);
    });
  }

  /** The variables that a parameter of a function declares. */
  variablesOf(parameter: AnyNode, owner: AnyNode): Variable[] {
    const names = new Set(namesIn(parameter).map(({ name }) => name));
    return this.parameters(owner).filter(({ name }) => names.has(name));
  }

  private parameters(owner: AnyNode): Variable[] {
    const known = this.ofFunction.get(owner);
    if (known !== undefined) return known;
    const found = new Set<Variable>();
    visitNodes(owner, (node) => {
      const variable = this.code.references.get(node)?.resolved;
      if (variable?.defs.some(({ type, node: of }) => type === 'Parameter' && (of as unknown) === owner))
        found.add(variable);
    });
    this.ofFunction.set(owner, [...found]);
    return [...found];
  }

  /**
   * The functions and classes that a variable stands for, also under another name. Of the object of
   * a member, all of its functions.
   */
  codeOf(variable: Variable, isMember: boolean, seen = new Set<Variable>()): AnyNode[] {
    if (seen.has(variable)) return [];
    seen.add(variable);
    return variable.defs.flatMap(({ type, node }) => {
      if (type === 'Parameter' || type === 'ImportBinding') return [];
      const code = type === 'Variable' ? (node as { init?: AnyNode | null }).init : (node as AnyNode);
      if (code == null) return [];
      if (isFunction(code) || isClass(code))
        return isMember && isClass(code) ? [code, ...methodsOf(code)] : [code];
      const isAlias = code.type === 'Identifier' || code.type === 'MemberExpression';
      const isWithin = isMember || (code.type === 'MemberExpression' && !isExport(code));
      const named = isAlias ? this.basesOf(code).flatMap((one) => this.codeOf(one, isWithin, seen)) : [];
      return isMember ? [code, ...methodsOf(code), ...named] : named;
    });
  }

  /** Whether a variable is no function of the module, but may be what one made. */
  isMade(variable: Variable): boolean {
    const isSet = ({ type, node }: Variable['defs'][number]) => {
      const { init } = node as { init?: AnyNode | null };
      return type === 'Variable' && init != null && requiredBy(init) === undefined;
    };
    return this.isOuter(variable) && variable.defs.every(isSet) && this.codeOf(variable, false).length === 0;
  }

  /** Whether what is called belongs to the runtime or to a package. */
  isForeign(node: AnyNode): boolean {
    return this.basesOf(node).every(({ defs }) =>
      defs.every((one) => {
        const from = importedFrom(one);
        if (from !== undefined) return !this.isOfProject(from);
        const definition = one.node as { init?: AnyNode | null };
        const { init } = definition;
        if (init?.type !== 'CallExpression' && init?.type !== 'NewExpression') return false;
        const bases = this.basesOf(init.callee);
        return bases.every((one) => one.defs[0]?.node !== (definition as unknown) && this.isOfPackage(one));
      }),
    );
  }

  isOfPackage({ defs }: Variable): boolean {
    return defs.every((definition) => {
      const from = importedFrom(definition);
      return from !== undefined && !this.isOfProject(from);
    });
  }

  /** The variables at the start of `a.b.c`, `a.get('b').c`, `(a || b)`. */
  basesOf(node: AnyNode): Variable[] {
    return basesIn(node).flatMap((one) => this.variableOf(one) ?? []);
  }

  private variableOf(node: AnyNode): Variable | undefined {
    const from = requiredBy(node);
    if (from !== undefined) return this.importOf(from);
    if (node.type !== 'MemberExpression') return this.code.references.get(node)?.resolved ?? undefined;
    const name = memberOf(node) ?? '';
    const found = this.named.get(name);
    if (found === undefined || this.exported.has(name)) return this.exported.get(name);
    const declared = found.from === undefined && declaredBy(found.node);
    const own = (declared ? this.code.top.set.get(declared) : undefined) as Variable | undefined;
    const variable = found.from === undefined ? this.valueOf(name, found.node) : this.importOf(found.from);
    this.exported.set(name, own ?? variable);
    return this.exported.get(name);
  }

  /** What an import without a name stands for: `require('./table').list`. */
  private importOf(from: string): Variable {
    return this.variable(from, {
      type: 'ImportBinding',
      node: {},
      parent: { source: { type: 'Literal', value: from } },
    });
  }

  private valueOf(name: string, init: AnyNode): Variable {
    return this.variable(name, {
      type: 'Variable',
      node: { ...init, id: { type: 'Identifier', name }, init },
    });
  }

  private variable(name: string, definition: object): Variable {
    return { name, scope: this.code.top, defs: [definition], references: [] } as unknown as Variable;
  }

  /** The variables whose value, or a part of it, another has from this expression. */
  heldIn(value: AnyNode): Variable[] {
    const found = new Set<Variable>();
    visitNodes(value, (node) => {
      if (isFunction(node) || isClass(node)) return false;
      const isCopy = node.type === 'CallExpression' && COPIES.test(calledName(node.callee));
      if (node.type === 'AssignmentExpression' && isVoid(node)) return false;
      if (isCopy || node.type === 'BinaryExpression' || node.type === 'TemplateLiteral') return false;
      const isNamed = node.type === 'Identifier' || (node.type === 'MemberExpression' && isExport(node));
      const variable = isNamed ? this.variableOf(node) : undefined;
      if (variable != null) found.add(variable);
      return true;
    });
    return [...found];
  }

  namedIn(pattern: AnyNode): Variable[] {
    return namesIn(pattern).flatMap((one) => this.code.references.get(one)?.resolved ?? []);
  }
}
