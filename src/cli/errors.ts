/** What a command throws: its message is all that the user sees. */

/** Thrown for wrong use: exit code 2. */
export class Slip extends Error {}

/** Thrown for what went wrong, with what mends it: exit code 1. */
export class Failure extends Error {
  constructor(
    readonly what: string,
    readonly mend?: string,
    options?: ErrorOptions,
  ) {
    super(mend === undefined ? what : `${what}; ${mend}`, options);
  }
}
