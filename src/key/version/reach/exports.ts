/** Where the exports of a module come from, in the forms that people and compilers write. */
import type { AnyNode, Expression } from 'acorn';
import { calledName, declaredNames, literalOf, nameOf, requiredBy, visitNodes } from './syntax';

export type Export =
  /** An expression or a declaration of the module. */
  | { from?: undefined; node: AnyNode }
  /** A member of another module. `*` is the module as a whole. */
  | { from: string; name: string };

export interface ModuleExports {
  named: Map<string, Export>;
  /** The modules whose exports are all exported again. */
  stars: string[];
  /** What else changes an export while the module is loaded: `exports.table.b = 2`. */
  changes: Map<string, AnyNode[]>;
  /** Imported for their effects alone. */
  effects: string[];
  /** Statements that only import or export, in a form that is understood. */
  statements: Set<AnyNode>;
  /** Whether code does something else with the exports, so that all of the module counts. */
  unclear: boolean;
}

/** The name of what `module.exports = …` exports. */
export const WHOLE = 'module.exports';

/** @param isOuter - whether a name is that of the module, and not of a function in it */
export function exportsOf(body: readonly AnyNode[], isOuter: (name: AnyNode) => boolean): ModuleExports {
  return new ExportReader(objectsOf(body), isOuter).read(body);
}

/** The names of the object that holds the exports. With esbuild it has a name of its own. */
function objectsOf(body: readonly AnyNode[]): Set<string> {
  const names = new Set(['exports', '__vite_ssr_exports__']);
  for (const statement of body) {
    if (statement.type !== 'ExpressionStatement' || statement.expression.type !== 'AssignmentExpression')
      continue;
    const named = ofCommonJs(statement.expression.right);
    if (named !== undefined) names.add(named);
  }
  return names;
}

/** `main_exports` of `__toCommonJS(main_exports)`. */
function ofCommonJs(node: AnyNode): string | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return undefined;
  const [only] = node.arguments;
  return node.callee.name === '__toCommonJS' && only?.type === 'Identifier' ? only.name : undefined;
}

class ExportReader {
  private readonly found: ModuleExports = {
    named: new Map(),
    changes: new Map(),
    stars: [],
    effects: [],
    statements: new Set(),
    unclear: false,
  };

  constructor(
    private readonly objects: ReadonlySet<string>,
    private readonly isOuter: (name: AnyNode) => boolean,
  ) {}

  read(body: readonly AnyNode[]): ModuleExports {
    for (const statement of body) {
      if (this.statement(statement)) this.found.statements.add(statement);
      else this.within(statement);
    }
    return this.found;
  }

  /** @returns whether the statement only imports or exports */
  private statement(statement: AnyNode): boolean {
    const { named, stars, effects } = this.found;
    switch (statement.type) {
      case 'ImportDeclaration':
        if (statement.specifiers.length === 0) effects.push(literalOf(statement.source)!);
        return true;
      case 'ExportAllDeclaration': {
        const from = literalOf(statement.source)!;
        if (statement.exported === null || statement.exported === undefined) stars.push(from);
        else named.set(nameOf(statement.exported), { from, name: '*' });
        return true;
      }
      case 'ExportDefaultDeclaration':
        named.set('default', { node: statement.declaration });
        return false;
      case 'ExportNamedDeclaration': {
        const from = literalOf(statement.source ?? undefined);
        for (const { local, exported } of statement.specifiers)
          named.set(nameOf(exported), from === undefined ? { node: local } : { from, name: nameOf(local) });
        for (const name of declaredNames(statement.declaration)) named.set(name.name, { node: name });
        return statement.declaration === null || statement.declaration === undefined;
      }
      case 'VariableDeclaration':
        return (
          statement.declarations.every(({ init }) => requiredBy(init) !== undefined) ||
          this.isOwnObject(statement.declarations)
        );
      case 'ExpressionStatement':
        return this.expression(statement.expression);
      default:
        return false;
    }
  }

  /** `var main_exports = {}` */
  private isOwnObject(declarations: readonly { id: AnyNode; init?: AnyNode | null }[]): boolean {
    return declarations.every(({ id, init }) => this.isObject(id) && init?.type === 'ObjectExpression');
  }

  private expression(expression: Expression): boolean {
    if (expression.type === 'SequenceExpression')
      return expression.expressions.map((one) => this.expression(one)).every(Boolean);
    if (expression.type === 'Literal') return true; // 'use strict'
    if (expression.type === 'LogicalExpression') return isZero(expression.left); // esbuild's list for Node
    if (expression.type === 'AssignmentExpression') return this.assignment(expression);
    if (expression.type !== 'CallExpression') return false;
    const required = requiredBy(expression);
    if (required === undefined) return this.call(expression);
    this.found.effects.push(required);
    return true;
  }

  /** `exports.a = …`, `module.exports = { a, b }`, `exports.a = exports.b = void 0`. */
  private assignment({ left, right }: Extract<AnyNode, { type: 'AssignmentExpression' }>): boolean {
    const name = this.exportedName(left);
    if (name === undefined) return false;
    if (right.type === 'AssignmentExpression') {
      if (this.assignment(right)) return true;
      this.add(name, right.left);
      return false;
    }
    if (right.type === 'UnaryExpression' && right.operator === 'void') return true; // assigned below
    if (name === WHOLE) {
      if (ofCommonJs(right) !== undefined) return true;
      if (this.found.named.size > 0) this.found.unclear = true; // what was exported before is gone
      if (right.type === 'ObjectExpression' && !right.properties.some(isUnnamed))
        for (const [member, node] of membersOf(right)) this.add(member, node);
    }
    const from = requiredBy(right);
    if (from === undefined) this.add(name, right);
    else if (this.found.named.has(name)) this.found.unclear = true;
    else this.found.named.set(name, { from, name: '*' });
    return true;
  }

  /**
   * Helpers of compilers: `__export(exports, { a: () => a })`, `Object.defineProperty(exports, 'a',
   * { get })`, `__exportStar(require('…'), exports)`.
   */
  private call({ callee, arguments: args }: Extract<AnyNode, { type: 'CallExpression' }>): boolean {
    const [first, second, third] = args as (AnyNode | undefined)[];
    if (isDefineProperty(callee) && this.isObject(first)) return this.defined(literalOf(second), third);
    if (!EXPORTS.test(calledName(callee))) return false;
    const star = requiredBy(first) ?? requiredBy(second);
    if (star !== undefined) {
      this.found.stars.push(star);
      return true;
    }
    if (!this.isObject(first) || second?.type !== 'ObjectExpression') return false;
    const answers = [...membersOf(second)].map(([name, getter]) => [name, answerOf(getter)] as const);
    if (second.properties.some(isUnnamed) || answers.some(([, node]) => node === undefined)) return false;
    for (const [name, node] of answers) this.add(name, node!);
    return true;
  }

  private defined(name: string | undefined, descriptor: AnyNode | undefined): boolean {
    if (name === '__esModule') return true;
    if (name === undefined || descriptor?.type !== 'ObjectExpression') return false;
    const members = new Map(membersOf(descriptor));
    const node = members.get('value') ?? answerOf(members.get('get'));
    if (node === undefined) return false;
    this.add(name, node);
    return true;
  }

  /** An enum is exported while it is filled: `(function (E) { … })(E || (exports.E = E = {}))`. */
  private within(statement: AnyNode): void {
    const runs = !DECLARES.test(statement.type);
    visitNodes(statement, (node, parent) => {
      if (node.type === 'AssignmentExpression') {
        this.assignment(node);
        const name = this.exportedName(baseOf(node.left));
        if (name !== undefined && name !== WHOLE) this.change(name, statement);
      }
      const name = this.exportedName(node);
      if (runs && name !== undefined && name !== WHOLE) this.change(name, statement);
      const isMember = parent?.type === 'MemberExpression' && parent.object === node && !parent.computed;
      if (this.isObject(node) && !isMember) this.found.unclear = true;
    });
  }

  private add(name: string, node: AnyNode): void {
    const known = this.found.named.get(name);
    if (known === undefined) this.found.named.set(name, { node });
    else if (known.from === undefined) this.change(name, node);
    else this.found.unclear = true;
  }

  private change(name: string, node: AnyNode): void {
    const known = this.found.changes.get(name) ?? [];
    if (!known.includes(node)) this.found.changes.set(name, [...known, node]);
  }

  private exportedName(node: AnyNode): string | undefined {
    if (node.type !== 'MemberExpression') return undefined;
    const name = node.computed ? literalOf(node.property) : nameOf(node.property);
    if (this.isObject(node.object)) return name;
    const isModule = node.object.type === 'Identifier' && node.object.name === 'module';
    return isModule && name === 'exports' ? WHOLE : undefined;
  }

  private isObject(node: AnyNode | null | undefined): boolean {
    if (node?.type === 'Identifier') return this.objects.has(node.name) && this.isOuter(node);
    return node?.type === 'MemberExpression' && this.exportedName(node) === WHOLE;
  }
}

const EXPORTS = /^_{1,2}(export|reExport)/i;
const DECLARES = /^(Function|Class|Variable|ExportNamed|ExportDefault)Declaration$/;

const isZero = (node: Expression): boolean => node.type === 'Literal' && node.value === 0;

const isUnnamed = ({ type, ...rest }: AnyNode): boolean =>
  type === 'SpreadElement' || (rest as { computed?: boolean }).computed === true;

const isDefineProperty = (callee: AnyNode): boolean =>
  callee.type === 'MemberExpression' &&
  callee.object.type === 'Identifier' &&
  callee.object.name === 'Object' &&
  nameOf(callee.property) === 'defineProperty';

/** `exports.a` of `exports.a.b.c`. */
function baseOf(node: AnyNode): AnyNode {
  return node.type === 'MemberExpression' && node.object.type === 'MemberExpression'
    ? baseOf(node.object)
    : node;
}

function* membersOf(object: Extract<AnyNode, { type: 'ObjectExpression' }>): Iterable<[string, AnyNode]> {
  for (const member of object.properties)
    if (member.type === 'Property' && !member.computed) yield [nameOf(member.key), member.value];
}

/** What a getter answers: `() => a`, `function () { return a; }`. */
function answerOf(getter: AnyNode | undefined): AnyNode | undefined {
  if (getter?.type === 'ArrowFunctionExpression' && getter.body.type !== 'BlockStatement') return getter.body;
  if (getter?.type !== 'FunctionExpression' && getter?.type !== 'ArrowFunctionExpression') return undefined;
  const [statement] = getter.body.type === 'BlockStatement' ? getter.body.body : [];
  return statement?.type === 'ReturnStatement' ? (statement.argument ?? undefined) : undefined;
}
