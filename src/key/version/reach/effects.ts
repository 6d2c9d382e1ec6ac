/**
 * The statements of a module that may change what other modules have while it is loaded:
 * `app.use(route)`. No variable of the module says that they are there.
 */
import type { AnyNode, Node } from 'acorn';
import type { Reference, Scope } from 'eslint-scope';
import type { AtOnce } from './at-once';
import { isOfProject } from './resolve';
import {
  calledBase,
  importedFrom,
  isComputedExport,
  isFunction,
  isWithin,
  MUTATORS,
  nameOf,
  visitAtOnce,
  visitNodes,
} from './syntax';

type Variable = NonNullable<Reference['resolved']>;

interface Code {
  path: string;
  body: readonly AnyNode[];
  top: Scope;
  references: ReadonlyMap<Node, Reference>;
}

const FUNCTIONS = new Set(['FunctionDeclaration']);
const VALUES = new Set(['VariableDeclaration', 'ClassDeclaration']);

/** @param writes - the statements that change variables of the module itself, by variable */
export function foreignEffects(
  code: Code,
  others: ReadonlySet<AnyNode>,
  writes: ReadonlyMap<Variable, readonly AnyNode[]>,
  atOnce: AtOnce,
): AnyNode[] {
  const ownWrites = new Map<AnyNode, Variable[]>();
  for (const [variable, statements] of writes)
    for (const statement of statements)
      ownWrites.set(statement, [...(ownWrites.get(statement) ?? []), variable]);
  const isShared = (one: Variable, statement: AnyNode) =>
    atOnce.holdsOthers(one) && (atOnce.changesWithin(statement, one) || isUnset(one));
  return code.body.filter((statement) => {
    if ('directive' in statement || statement.type === 'EmptyStatement') return false;
    const isExported = others.has(statement);
    if (isExported && !isComputedExport(statement)) return false;
    const declared = statement.type.startsWith('Export')
      ? ((statement as { declaration?: AnyNode | null }).declaration ?? undefined)
      : statement;
    if (declared === undefined || FUNCTIONS.has(declared.type) || statement.type === 'ImportDeclaration')
      return false;
    const isDeclared = ({ defs }: Variable) => defs.some(({ node }) => isWithin(node as AnyNode, statement));
    const elsewhere = [...atOnce.changedBy(statement)].filter((one) => !isDeclared(one));
    if (!elsewhere.every((one) => isFresh(one, code) && !isShared(one, statement))) return true;
    if (isExported || VALUES.has(declared.type) || statement.type.startsWith('Export'))
      return callsWithImports(declared, code);
    const named = namedAtOnce(statement, code);
    const changed = (ownWrites.get(statement) ?? []).filter((one) => named.has(one));
    const isOwn =
      changed.length > 0 && changed.every((one) => isFresh(one, code)) && !callsProject(statement, code);
    return !isOwn;
  });
}

/** Whether a variable has its value from an assignment alone. */
const isUnset = ({ defs }: Variable): boolean =>
  defs.some(({ type, node }) => type === 'Variable' && (node as { init?: AnyNode | null }).init == null);

/** Whether nothing else has what the variable holds: it is made here, of nothing others have. */
function isFresh({ defs }: Variable, code: Code): boolean {
  return defs.every(({ type, node }) => {
    if (type === 'FunctionName' || type === 'ClassName') return true;
    const { init, id } = node as { init?: AnyNode | null; id?: AnyNode };
    if (type !== 'Variable' || id?.type !== 'Identifier') return false;
    if (init == null || isFunction(init)) return true;
    if (!FRESH.has(init.type)) return false;
    let isAlone = true;
    visitNodes(init, (current) => {
      if (code.references.get(current)?.resolved?.scope === code.top) isAlone = false;
    });
    return isAlone;
  });
}

const FRESH = new Set([
  'ArrayExpression',
  'ClassExpression',
  'Literal',
  'NewExpression',
  'ObjectExpression',
  'TemplateLiteral',
]);

/**
 * Whether a value is computed at once by what another module of the project has, such as
 * `register('x', f)` or `app.use(route)`, or by a method that changes something of this module.
 */
const callsWithImports = (node: AnyNode, code: Code): boolean =>
  someCall(node, (callee) => {
    if (isProjectImport(callee, code)) return true;
    if (callee.type !== 'MemberExpression') return false;
    const isOwn = code.references.get(calledBase(callee.object))?.resolved?.scope === code.top;
    return isOwn && !callee.computed && MUTATORS.test(nameOf(callee.property));
  });

/** Whether a statement calls code of the project by its name, such as a decorator. */
const callsProject = (node: AnyNode, code: Code): boolean =>
  someCall(node, (callee) => {
    const variable = code.references.get(calledBase(callee))?.resolved;
    if (variable?.scope !== code.top) return false;
    if (isProjectImport(callee, code)) return true;
    const isHelper = variable.name.startsWith('_'); // of a compiler
    return !isHelper && variable.defs.some(({ type }) => type === 'FunctionName');
  });

/** Whether a call that runs with the statement itself, not in a function of it, is such a call. */
function someCall(node: AnyNode, isIt: (callee: AnyNode) => boolean): boolean {
  let found = false;
  visitAtOnce(node, (current) => {
    if (current.type === 'CallExpression' || current.type === 'NewExpression') found ||= isIt(current.callee);
  });
  return found;
}

/** The variables whose names are read or written when the statement runs. */
function namedAtOnce(node: AnyNode, { references }: Code): Set<Variable> {
  const found = new Set<Variable>();
  visitAtOnce(node, (current) => {
    const variable = references.get(current)?.resolved;
    if (variable != null) found.add(variable);
  });
  return found;
}

function isProjectImport(node: AnyNode, { path, top, references }: Code): boolean {
  const variable = references.get(calledBase(node))?.resolved;
  if (variable?.scope !== top) return false;
  return variable.defs.some((definition) => {
    const from = importedFrom(definition);
    return from !== undefined && isOfProject(from, path);
  });
}
