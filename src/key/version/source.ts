/**
 * Reads the source text of a function: its body without comments and formatting, its parameters.
 */
import { type Expression, type Pattern, parse } from 'acorn';
import { CacheOptionsError } from '../../errors';
import { functionName } from '../../options/function-name';
import { syntaxText } from './syntax-text';

export interface FunctionSource {
  /**
   * The syntax tree as text, equal for sources that differ only in comments and formatting. See
   * {@link syntaxText}.
   */
  body: string;
  /** Each parameter as such a text, defaults included. */
  parameters: readonly Parameter[];
}

export interface Parameter {
  /** Undefined for a destructured parameter, which can be named only by its index. */
  name: string | undefined;
  rest: boolean;
  text: string;
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- Activities and Workflows of any shape
type AnyFunction = Function;

const sources = new WeakMap<AnyFunction, FunctionSource | CacheOptionsError>();

/**
 * Reads the source of `fn`.
 * @throws {CacheOptionsError} if `fn` has no readable source: bound, native, or not parseable
 */
export function sourceOf(fn: AnyFunction): FunctionSource {
  let source = sources.get(fn);
  if (source === undefined) sources.set(fn, (source = readSource(fn)));
  if (source instanceof CacheOptionsError) throw source;
  return source;
}

function readSource(fn: AnyFunction): FunctionSource | CacheOptionsError {
  return readText(Function.prototype.toString.call(fn), functionName(fn));
}

/**
 * Reads the source of a function that is not available here.
 * @throws {CacheOptionsError} as {@link sourceOf}
 */
export function sourceOfText(text: string, name: string): FunctionSource {
  const source = readText(text, name);
  if (source instanceof CacheOptionsError) throw source;
  return source;
}

function readText(text: string, name: string): FunctionSource | CacheOptionsError {
  if (/\{\s*\[native code\]\s*\}\s*$/.test(text)) {
    return unreadable(name, 'it is a bound or native function');
  }
  const node = parseFunction(text);
  if (node === undefined) return unreadable(name, 'it cannot be parsed');
  try {
    return { body: syntaxText(node), parameters: node.params.map((parameter) => describe(parameter)) };
  } catch (error) {
    return unreadable(name, 'it is nested too deeply', error);
  }
}

function unreadable(name: string, reason: string, cause?: unknown): CacheOptionsError {
  return new CacheOptionsError(
    `The source of function '${name}' cannot be read: ${reason}. Give a 'version', or 'policies', that change when it does. ` +
      `An arrow around it, () => service.run(), can be read, but its version stays the same whatever becomes of service.run: ` +
      `raise a 'salt' beside it`,
    { cause },
  );
}

type FunctionNode = { type: string; params: Pattern[] };

/**
 * The text of a function is an expression, or a method of an object or of a class, in a module or a
 * script.
 */
function parseFunction(text: string): FunctionNode | undefined {
  for (const [before, after] of [
    ['(', ')'],
    ['({', '})'],
    ['(class extends Object {', '})'],
  ] as const) {
    for (const sourceType of ['module', 'script'] as const) {
      try {
        // The class that declares a method's private names is not part of its text.
        const options = { ecmaVersion: 'latest', sourceType, checkPrivateFields: false } as const;
        const [statement] = parse(before + text + after, options).body;
        if (statement?.type !== 'ExpressionStatement') continue;
        const node = functionIn(statement.expression);
        if (node !== undefined) return node;
      } catch {
        // the text has another form: the next one is tried
      }
    }
  }
  return undefined;
}

function functionIn(expression: Expression): FunctionNode | undefined {
  if (expression.type === 'ArrowFunctionExpression' || expression.type === 'FunctionExpression')
    return expression;
  if (expression.type === 'ObjectExpression') {
    const [property] = expression.properties;
    if (property?.type === 'Property' && property.value.type === 'FunctionExpression')
      return asMethod(property.value);
  }
  if (expression.type === 'ClassExpression') {
    const [member] = expression.body.body;
    if (member?.type === 'MethodDefinition') return asMethod(member.value);
  }
  return undefined;
}

/** In the tree, a method's value is a function expression, but only a method has a `super`. */
const asMethod = (value: FunctionNode): FunctionNode => ({ ...value, type: 'Method' });

function describe(parameter: Pattern): Parameter {
  const rest = parameter.type === 'RestElement';
  const target = rest
    ? parameter.argument
    : parameter.type === 'AssignmentPattern'
      ? parameter.left
      : parameter;
  return { name: target.type === 'Identifier' ? target.name : undefined, rest, text: syntaxText(parameter) };
}
