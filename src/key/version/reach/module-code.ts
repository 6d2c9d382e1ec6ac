/** One module as it runs: its syntax tree, its scopes, and where each of its exports comes from. */
import { type AnyNode, type Node, type Options, parse, type Program } from 'acorn';
import { analyze, type Reference, type Scope } from 'eslint-scope';
import { AtOnce } from './at-once';
import { exportsOf, type ModuleExports } from './exports';
import { isFunction, isImport, literalOf, namesIn, requiredBy, visitAtOnce, visitNodes } from './syntax';
import { foreignEffects } from './effects';
import { Names } from './names';
import { stateWrites } from './writes';

export type Variable = NonNullable<Reference['resolved']>;

export interface ModuleCode {
  path: string;
  text: string;
  /** The statements of the module, without a wrapper function. */
  body: readonly AnyNode[];
  /** The function around a module that a test runner wraps. */
  wrapper: AnyNode | undefined;
  /** The scope of the module's own variables. */
  top: Scope;
  /** Each reference by its identifier. */
  references: ReadonlyMap<Node, Reference>;
  /** Where code leads elsewhere, in its order: references and imports. */
  leads: readonly AnyNode[];
  /** The parent of each node. */
  parents: ReadonlyMap<Node, AnyNode>;
  /** The scope that a function or a class opens. */
  scopes: { acquire(node: never, inner?: boolean): Scope | null };
  exports: ModuleExports;
  /** The statements, beside its declaration, that change a variable while the module is loaded. */
  writes: ReadonlyMap<Variable, readonly AnyNode[]>;
  /** The statements that may change what other modules have. */
  effects: readonly AnyNode[];
  /** What the module imports when it is loaded. */
  specifiers: readonly string[];
}

/** Reads a module. Undefined if the text is no JavaScript. */
export function moduleCode(path: string, text: string): ModuleCode | undefined {
  const ast = parsed(text);
  if (ast === undefined) return undefined;
  const manager = analyze(ast as never, { ecmaVersion: 2022, sourceType: ast.sourceType, ignoreEval: true });
  const wrapper = wrapperOf(ast);
  const global = manager.globalScope;
  const inner = ast.sourceType === 'module' ? global.childScopes[0]! : global;
  const top = wrapper === undefined ? inner : manager.acquire(wrapper as never)!;
  const body =
    wrapper === undefined ? ast.body : (wrapper as unknown as { body: { body: AnyNode[] } }).body.body;
  const references = new Map<Node, Reference>();
  for (const scope of manager.scopes)
    for (const reference of scope.references)
      references.set(reference.identifier as unknown as Node, reference);
  const parents = parentsOf(ast);
  const leads = ([...parents.keys()] as AnyNode[]).filter((node) => references.has(node) || isImport(node));
  leads.sort((one, other) => one.start - other.start);
  const code = { path, text, body, wrapper, top, references, leads, parents, scopes: manager };
  const isOuter = (name: Node) => {
    const reference = references.get(name);
    return reference !== undefined && (reference.resolved === null || reference.resolved.scope === top);
  };
  const exports = exportsOf(body, isOuter);
  exports.effects.push(...unusedImports(body, top));
  const names = new Names(code, exports.named);
  const atOnce = new AtOnce(body, names);
  const writes = stateWrites(code, exports.statements, atOnce);
  for (const [variable, statements] of writes) {
    const name = names.exportOf(variable);
    const others = name === undefined ? [] : (exports.changes.get(name) ?? []);
    if (name !== undefined) exports.changes.set(name, [...new Set([...others, ...statements])]);
  }
  return {
    ...code,
    exports,
    writes,
    effects: foreignEffects(code, exports.statements, writes, atOnce),
    specifiers: specifiersOf(body),
  };
}

/** Where a piece of a module's code leads elsewhere. */
export function leadsIn({ leads }: ModuleCode, { start, end }: AnyNode): readonly AnyNode[] {
  const firstFrom = (offset: number): number => {
    let [low, high] = [0, leads.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (leads[middle]!.start < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return leads.slice(firstFrom(start), firstFrom(end));
}

/**
 * The modules that are loaded with this one, in their order. What its functions load, or an
 * `import()` that it does not await, may be loaded or not: it must change no version.
 */
function specifiersOf(body: readonly AnyNode[]): string[] {
  const found = new Set<string>();
  for (const statement of body) {
    if ('source' in statement && statement.source) found.add(literalOf(statement.source)!);
    if (isFunction(statement)) continue;
    visitAtOnce(statement, (node) => {
      const required = node.type === 'ImportExpression' ? undefined : requiredBy(node);
      if (required !== undefined) found.add(required);
    });
  }
  return [...found];
}

/** Compilers give a name to an import for its effects: `var import_register = require('…')`. */
function unusedImports(body: readonly AnyNode[], top: Scope): string[] {
  const isUsed = ({ name }: { name: string }) =>
    top.set.get(name)?.references.some(({ init }) => init !== true) === true;
  return body.flatMap((statement) => {
    if (statement.type !== 'VariableDeclaration') return [];
    const unused = statement.declarations.filter(({ id }) => !namesIn(id).some(isUsed));
    return unused.flatMap(({ init }) => requiredBy(init) ?? []);
  });
}

function parsed(text: string): Program | undefined {
  const common = { ecmaVersion: 'latest', ranges: true, allowHashBang: true } as const;
  const forms: Options[] = [
    { ...common, sourceType: 'module' },
    { ...common, sourceType: 'script', allowReturnOutsideFunction: true },
  ];
  for (const form of forms) {
    try {
      return parse(text, form);
    } catch {
      // the other form is tried
    }
  }
  return undefined;
}

/**
 * The one function in which a module is wrapped: by test runners with the parameters of CommonJS,
 * by tsx with none.
 */
function wrapperOf({ body }: Program): AnyNode | undefined {
  const last = body.at(-1);
  if (last?.type !== 'ExpressionStatement') return undefined;
  if (!body.slice(0, -1).every(isFileName)) return undefined;
  let found: AnyNode = last.expression;
  const isCalled = found.type === 'CallExpression' && found.arguments.length === 0;
  if (found.type === 'CallExpression') found = found.callee;
  if (found.type === 'ObjectExpression') {
    const [property] = found.properties;
    if (property?.type !== 'Property') return undefined;
    found = property.value;
  }
  if (found.type !== 'FunctionExpression' && found.type !== 'ArrowFunctionExpression') return undefined;
  const names = found.params.map((parameter) => (parameter.type === 'Identifier' ? parameter.name : ''));
  const isWrapper =
    (isCalled && names.length === 0) ||
    ['exports', 'require', '__vite_ssr_exports__'].some((name) => names.includes(name));
  return isWrapper && found.body.type === 'BlockStatement' ? found : undefined;
}

const isFileName = (statement: AnyNode): boolean =>
  statement.type === 'ExpressionStatement' &&
  ('directive' in statement ||
    (statement.expression.type === 'AssignmentExpression' &&
      statement.expression.left.type === 'Identifier' &&
      statement.expression.left.name.startsWith('__')));

function parentsOf(ast: Program): Map<Node, AnyNode> {
  const parents = new Map<Node, AnyNode>();
  visitNodes(ast, (node, parent) => {
    if (parent !== undefined) parents.set(node, parent);
  });
  return parents;
}
