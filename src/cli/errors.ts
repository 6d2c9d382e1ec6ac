/** What a command throws: its message is all that the user sees. */

/** Thrown for wrong use: exit code 2. */
export class UsageError extends Error {}

/** Thrown for a failure, with the way to fix it: exit code 1. */
export class Failure extends Error {
  constructor(
    readonly what: string,
    readonly fix?: string,
    options?: ErrorOptions,
  ) {
    super(fix === undefined ? what : `${what}; ${fix}`, options);
  }
}
