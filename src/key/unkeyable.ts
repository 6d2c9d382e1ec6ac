/** What cannot be part of a key, and where in the arguments it was found. */
export class Unkeyable extends Error {
  override readonly name = 'Unkeyable';

  /**
   * @param problem - what is wrong with the value; never the value itself
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

/** A function of the user's threw while a key was made, or returned nothing: not the value's fault. */
export class UserFunctionError extends Error {
  override readonly name = 'UserFunctionError';

  constructor(what: string, cause: unknown, did = 'threw') {
    super(`${what} ${did}`, { cause }); // its message may hold values: it goes to the log, never into a report
  }
}

const MAX_SEGMENTS = 12;

/** `params.layers.0`, with names that could be misread in quotes; the middle of a very long path is left out. */
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

/** An object literal, of this realm or another (Jest, vm), or one without prototype. */
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
