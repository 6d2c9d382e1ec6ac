/**
 * What a statement changes when it runs, itself or by the functions and classes of its module that
 * it calls: `const id = register(f)`, where `register` fills a table that it names.
 */
import type { AnyNode } from 'acorn';
import type { Reference } from 'eslint-scope';
import {
  depthOf,
  functionsIn,
  isExport,
  isSimple,
  ITERATES,
  methodsOf,
  targetsOf,
  visitNow,
} from './changes';
import type { Names } from './names';
import {
  calledName,
  type ClassNode,
  isClass,
  isFunction,
  memberOf,
  MUTATORS,
  targetsIn,
  visitNodes,
} from './syntax';

type Variable = NonNullable<Reference['resolved']>;

/** Methods of what the runtime brings that change nothing, when they are given no function. */
const PURE =
  /^(apply|at|bind|call|catch|char\w+|codePointAt|concat|endsWith|entries|every|exec|filter|finally|find\w*|flat\w*|forEach|get|has\w*|includes|indexOf|join|keys|lastIndexOf|localeCompare|map|match\w*|normalize|pad\w+|reduce\w*|repeat|replace\w*|slice|some|split|startsWith|sub\w+|test|then|to[A-Z]\w*|trim\w*|valueOf|values)$/;
/** Functions that often change what they are given. */
const CHANGES_GIVEN = /^(assign|augment|decorate|defaults|define|extend|install|merge|mixin|set)/;
const MAX_BASES = 50;
const MAX_PARAMETERS = 8;
const DECORATES = /^_+(es_?)?(apply_)?dec(orate|s)/i;

type Call = Extract<AnyNode, { type: 'CallExpression' }>;
type New = Extract<AnyNode, { type: 'NewExpression' }>;

/** One piece of code, and what it changes, calls and holds. */
interface Piece {
  changed: { base: Variable; isDeep: boolean }[];
  calls: { callee: Variable; given: Variable[][]; isMember: boolean; functions: AnyNode[] }[];
  held: [by: Variable, what: Variable][];
  answers: Variable[];
  /** Whether it calls what hangs on `this`. */
  isSelf: boolean;
  /** Whether it may call what it is given. */
  callsGiven?: boolean;
}

export class AtOnce {
  private readonly statements = new Map<AnyNode, Piece>();
  private readonly called = new Map<AnyNode, Piece>();
  private readonly changes = new Map<AnyNode, ReadonlySet<Variable>>();
  private readonly ran = [new Map<Variable, AnyNode[]>(), new Map<Variable, AnyNode[]>()] as const;
  private holding?: Map<Variable, Set<Variable>>;

  constructor(
    private readonly body: readonly AnyNode[],
    private readonly names: Names,
  ) {}

  /**
   * The variables of the module that a statement may change, imports among them. An import that it
   * calls counts as changed.
   */
  changedBy(statement: AnyNode): ReadonlySet<Variable> {
    const known = this.changes.get(statement) ?? this.changesOf(statement);
    this.changes.set(statement, known);
    return known;
  }

  private changesOf(statement: AnyNode): Set<Variable> {
    const aliases = new Map<Variable, Set<Variable>>();
    const changed = new Set<Variable>();
    const entered = new Set([statement]);
    for (const decorator of this.decorators(statement)) {
      if (this.names.isProjectImport(decorator)) changed.add(decorator);
      for (const code of this.runBy(decorator, true)) entered.add(code);
    }
    for (const node of entered) {
      const { changed: here, calls, held } = this.piece(node, node !== statement);
      for (const { base } of here) changed.add(base);
      for (const [by, what] of held) add(aliases, by, what);
      for (const { callee, given, isMember, functions } of calls) {
        if (this.names.isProjectImport(callee)) changed.add(callee);
        for (const code of this.runBy(callee, isMember)) {
          entered.add(code);
          if (this.callsGiven(code))
            for (const one of [
              ...functions,
              ...given.flat().flatMap((name) => this.names.codeOf(name, false)),
            ])
              if (isFunction(one)) entered.add(one);
          for (const what of this.piece(code, true).answers) add(aliases, callee, what);
          const made = isClass(code) ? constructorOf(code) : code;
          if (!made || !isFunction(made)) continue;
          made.params.forEach((parameter, i) => {
            const from = parameter.type === 'RestElement' ? given.slice(i).flat() : (given[i] ?? []);
            for (const one of this.names.variablesOf(parameter, made))
              for (const what of from) add(aliases, one, what);
          });
        }
      }
    }
    const direct = new Set(changed);
    for (const variable of changed) aliases.get(variable)?.forEach((one) => changed.add(one));
    // What made a value has not changed with it.
    const counts = (one: Variable) => direct.has(one) || !(isSimple(one) || this.names.isOfPackage(one));
    return new Set([...changed].filter((one) => this.names.isOuter(one) && counts(one)));
  }

  /** Whether other variables have what this one holds: `held.list = list`. */
  holdsOthers(variable: Variable): boolean {
    return [...(this.held.get(variable) ?? [])].some((one) => one !== variable && !isSimple(one));
  }

  private get held(): Map<Variable, Set<Variable>> {
    if (this.holding !== undefined) return this.holding;
    this.holding = new Map();
    for (const statement of this.body)
      for (const [by, what] of this.piece(statement).held) add(this.holding, by, what);
    return this.holding;
  }

  /** Whether a statement changes something within what a variable holds, or the variable itself. */
  changesWithin(statement: AnyNode, variable: Variable): boolean {
    const own = this.piece(statement).changed.filter(({ base }) => base === variable);
    return own.length === 0 || own.some(({ isDeep }) => isDeep);
  }

  /** What a compiler's helper calls in a statement: decorators. */
  private decorators(statement: AnyNode): Variable[] {
    let isCalled = false;
    const found: Variable[] = [];
    visitNodes(statement, (node) => {
      if (node.type === 'CallExpression') isCalled ||= DECORATES.test(calledName(node.callee));
      if (node.type === 'CallExpression' && calledName(node.callee) === '__metadata') return false;
      if (node.type === 'ArrayExpression')
        for (const one of node.elements) if (one !== null) found.push(...this.names.basesOf(one));
      return true;
    });
    if (!isCalled) return [];
    return found.flatMap((one) => [one, ...(this.held.get(one) ?? [])]); // swc has variables for them
  }

  /** What runs with a call. What a function answers may be called as well: `on('a')(f)`. */
  private runBy(callee: Variable, isMember: boolean): AnyNode[] {
    const ran = this.ran[isMember ? 1 : 0];
    const known = ran.get(callee) ?? this.codeRunBy(callee, isMember);
    ran.set(callee, known);
    return known;
  }

  private codeRunBy(callee: Variable, isMember: boolean): AnyNode[] {
    const code = this.names.codeOf(callee, isMember);
    const all = code.some((one) => this.usesSelf(one))
      ? code.flatMap((one) => [one, ...methodsOf(one)])
      : code;
    if (!isMember || !code.some(isFunction)) return all;
    return all.flatMap((one) => [one, ...functionsIn(one)]);
  }

  private usesSelf(code: AnyNode, depth = 0): boolean {
    if (this.piece(code, true).isSelf) return true;
    if (!isClass(code) || !code.superClass || depth > MAX_BASES) return false;
    const bases = this.names.basesOf(code.superClass).flatMap((one) => this.names.codeOf(one, false));
    return bases.some((one) => this.usesSelf(one, depth + 1));
  }

  private callsGiven(code: AnyNode): boolean {
    const isGiven = ({ defs }: Variable) => defs.some(({ type }) => type === 'Parameter');
    const piece = this.piece(code, true);
    return (piece.callsGiven ??= piece.calls.some(
      ({ callee, given }) => isGiven(callee) || given.flat().some(isGiven),
    ));
  }

  /** @param isCalled - whether it is a function or a class that is called, and no statement */
  private piece(root: AnyNode, isCalled = false): Piece {
    const pieces = isCalled ? this.called : this.statements;
    const known = pieces.get(root);
    if (known !== undefined) return known;
    const piece: Piece = { changed: [], calls: [], held: [], answers: [], isSelf: false };
    pieces.set(root, piece);
    if (root.type === 'ArrowFunctionExpression' && root.body.type !== 'BlockStatement')
      piece.answers.push(...this.names.heldIn(root.body));
    const change = (node: AnyNode, isDeep: boolean) => {
      for (const base of this.names.basesOf(node)) piece.changed.push({ base, isDeep });
    };
    const hold = (by: AnyNode, value: AnyNode | null | undefined) => {
      const holders = by.type.endsWith('Pattern') ? this.names.namedIn(by) : this.names.basesOf(by);
      const values = by.type.endsWith('Pattern') ? [by, value] : [value];
      for (const one of values)
        for (const what of one ? this.names.heldIn(one) : [])
          for (const holder of holders) piece.held.push([holder, what]);
    };
    visitNow(root, isCalled, (node) => {
      if (node.type === 'ReturnStatement' && node.argument)
        piece.answers.push(...this.names.heldIn(node.argument));
      if (node.type === 'VariableDeclarator') hold(node.id, node.init);
      if (node.type === 'ForOfStatement' || node.type === 'ForInStatement') {
        const { left } = node;
        if (left.type === 'VariableDeclaration') hold(left.declarations[0]!.id, node.right);
        else for (const target of targetsIn(left)) change(target, depthOf(target) > 1);
      }
      // What is exported is read with the exports.
      for (const target of targetsOf(node))
        if (target.type !== 'MemberExpression' || !isExport(target)) change(target, depthOf(target) > 1);
      if (node.type === 'AssignmentExpression') hold(node.left, node.right);
      if (node.type === 'TaggedTemplateExpression') this.call(piece, node.tag, [], change);
      if (node.type === 'CallExpression' || node.type === 'NewExpression')
        this.call(piece, node.callee, node.arguments, change);
      if (node === root && isCalled && isClass(node) && node.superClass)
        for (const callee of this.names.basesOf(node.superClass)) {
          const given = superCallOf(node)?.arguments.map((one) => this.names.heldIn(one)) ?? [];
          piece.calls.push({ callee, given, isMember: true, functions: [] });
        }
    });
    return piece;
  }

  private call(
    piece: Piece,
    callee: AnyNode,
    args: readonly AnyNode[],
    change: (node: AnyNode, isDeep: boolean) => void,
  ): void {
    const member = callee.type === 'MemberExpression' ? callee : undefined;
    if (calledName(callee).startsWith('__')) return; // A helper of a compiler.
    const given = args.map((one) => this.names.heldIn(one));
    const all = [...args, ...argumentsIn(callee)]; // of on('a')(f) as well
    for (const base of this.names.basesOf(callee))
      piece.calls.push({
        callee: base,
        given,
        isMember: callee.type !== 'Identifier',
        functions: all.filter(isFunction),
      });
    if (callee.type === 'CallExpression') this.curried(piece, callee, all);
    for (const base of callee.type === 'Identifier' ? this.names.basesOf(callee) : [])
      if (this.names.isMade(base) && (!this.names.isForeign(callee) || args.some(isFunction)))
        this.changeMade(piece, base, args);
    piece.isSelf ||= member?.object.type === 'ThisExpression' || member?.object.type === 'Super';
    if (isFunction(callee))
      callee.params.forEach((parameter, i) => {
        for (const one of this.names.variablesOf(parameter, callee))
          for (const what of given[i] ?? []) piece.held.push([one, what]);
      });
    const name = member ? (memberOf(member) ?? '') : calledName(callee);
    if (CHANGES_GIVEN.test(name) && args[0] !== undefined) change(args[0], true);
    if (member === undefined) return;
    const functions = given.flat().filter((one) => this.names.codeOf(one, false).some(isFunction));
    if (ITERATES.test(name) || name === 'call' || name === 'apply')
      for (const one of given.flat())
        piece.calls.push({
          callee: one,
          given: [this.names.basesOf(member.object)],
          isMember: false,
          functions: [],
        });
    const isBorrowed = name === 'call' || name === 'apply';
    if (isBorrowed && args[0] !== undefined && !PURE.test(calledName(member.object))) change(args[0], true);
    const made = madeBy(member.object);
    if (made !== undefined) return made.arguments.forEach((one) => change(one, true));
    const isGivenFunction = functions.length > 0 || args.some(isFunction);
    const isImport = this.names.basesOf(member.object).every((one) => this.names.isOfPackage(one));
    const isChange = PURE.test(name)
      ? isGivenFunction && !ITERATES.test(name) && !/^(then|catch|finally|call|apply)$/.test(name)
      : MUTATORS.test(name) || !this.names.isForeign(member.object) || (isGivenFunction && !isImport);
    if (isChange) change(member.object, depthOf(member.object) > 0);
    if (isChange)
      for (const held of given.flat())
        for (const by of this.names.basesOf(member.object)) piece.held.push([by, held]);
  }

  private curried(piece: Piece, callee: AnyNode, args: readonly AnyNode[]): void {
    for (const base of this.names.basesOf(callee)) this.handAll(piece, base, args);
  }

  /** A call of which it is not known which parameter gets what. */
  private handAll(piece: Piece, callee: Variable, args: readonly AnyNode[]): void {
    const all = args.flatMap((one) => this.names.heldIn(one));
    const given = Array.from({ length: MAX_PARAMETERS }, () => all);
    piece.calls.push({ callee, given, isMember: true, functions: args.filter(isFunction) });
  }

  /** What a function that was made changes, as in `add = list.push.bind(list)`. */
  private changeMade(piece: Piece, made: Variable, args: readonly AnyNode[]): void {
    this.handAll(piece, made, args);
    for (const { node } of made.defs as unknown as { node: { id: AnyNode; init: AnyNode } }[]) {
      const others = this.names.namedIn(node.id);
      for (const base of others.length === 0 ? [made] : others) {
        piece.changed.push({ base, isDeep: true });
        for (const what of this.names.heldIn(node.init)) piece.held.push([base, what]);
      }
      for (const callee of this.names.basesOf(node.init))
        this.handAll(piece, callee, [...args, ...argumentsIn(node.init)]);
    }
  }
}

function add(to: Map<Variable, Set<Variable>>, name: Variable, value: Variable): void {
  const known = to.get(name);
  if (known === undefined) to.set(name, new Set([value]));
  else known.add(value);
}

const constructorOf = (node: ClassNode): AnyNode | undefined =>
  node.body.body.flatMap((one) =>
    one.type === 'MethodDefinition' && one.kind === 'constructor' ? [one.value] : [],
  )[0];

function superCallOf(node: ClassNode): Call | undefined {
  let found: Call | undefined;
  visitNodes(node, (current) => {
    if (current.type === 'CallExpression' && current.callee.type === 'Super') found = current;
  });
  return found;
}

/** The arguments of all calls at the start of an expression: `on('a')(f)`. */
function argumentsIn(node: AnyNode): AnyNode[] {
  if (node.type === 'MemberExpression') return argumentsIn(node.object);
  return node.type === 'CallExpression' || node.type === 'NewExpression'
    ? [...node.arguments, ...argumentsIn(node.callee)]
    : [];
}

/** The `new A(…)` of `new A(…).go().run`. */
function madeBy(node: AnyNode): New | undefined {
  if (node.type === 'NewExpression') return node;
  if (node.type === 'MemberExpression') return madeBy(node.object);
  return node.type === 'CallExpression' ? madeBy(node.callee) : undefined;
}
