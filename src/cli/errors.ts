/** The errors that a command throws. The user sees only the message. */

/** Thrown for incorrect usage. The exit code is 2. */
export class UsageError extends Error {}

/** Thrown for a failure, with the way to fix it. The exit code is 1. */
export class Failure extends Error {
  constructor(
    readonly what: string,
    readonly fix?: string,
    options?: ErrorOptions,
  ) {
    super(fix === undefined ? what : `${what}; ${fix}`, options);
  }
}
