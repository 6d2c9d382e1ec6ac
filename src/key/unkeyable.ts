/** Thrown for a value that cannot be part of a key, with its place in the arguments. */
export class Unkeyable extends Error {
  override readonly name = 'Unkeyable';

  /**
   * @param problem - what is wrong with the value, never the value itself
   * @param path - argument index or parameter name first, then member names
   */
  constructor(
    readonly problem: string,
    readonly path: readonly (string | number)[],
    options?: ErrorOptions,
  ) {
    super(`${formatPath(path)}: ${problem}`, options);
  }
}

/** Thrown if a user's function threw, or returned nothing, while a key was made. */
export class UserFunctionError extends Error {
  override readonly name = 'UserFunctionError';

  constructor(what: string, cause: unknown, did = 'threw') {
    super(`${what} ${did}`, { cause }); // the cause's message may hold values: only for the log
  }
}

const MAX_SEGMENTS = 12;

/**
 * The path as text: `params.layers.0`. Ambiguous names are quoted, and the middle of a very long
 * path is left out.
 */
export function formatPath(path: readonly (string | number)[]): string {
  if (path.length === 0) return '(the whole value)';
  const shown = path.length <= MAX_SEGMENTS ? path : [...path.slice(0, MAX_SEGMENTS - 1), '…', path.at(-1)!];
  return shown.map((segment) => formatSegment(segment)).join('.');
}

function formatSegment(segment: string | number): string {
  const text = String(segment);
  const short = text.length <= 60 ? text : `${text.slice(0, 59)}…`;
  return /^[\w$()…-]+$/.test(short) ? short : JSON.stringify(short);
}

/** An object literal, of this realm or another (Jest, vm), or an object without a prototype. */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  return (
    typeof prototype === 'object' &&
    prototype !== null &&
    Object.getPrototypeOf(prototype) === null &&
    Object.hasOwn(prototype, 'isPrototypeOf')
  );
}
