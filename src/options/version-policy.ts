/** The interface of policies, which compute automatic versions and which users may implement. */

/** The input of a policy. */
export interface VersionParameters {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- Activities of any shape
  fn: (...args: any[]) => unknown;
  activityType: string;
  /** The file of the function, if it is known. */
  file?: string;
}

/**
 * Computes a part of the automatic version. It is called at every call, so that a version may
 * depend on data as well as code. Cache the result of expensive work. A policy that throws bypasses
 * the cache for that call (`policy-error`).
 */
export interface CachePolicy {
  /** A part of the version, beside the result of `getVersion`. */
  readonly name: string;
  getVersion(salt: string, parameters: VersionParameters): string | Promise<string>;
  /**
   * What the version was made of: a digest, or another short text, for each piece by its name. Two
   * versions are compared by it when a miss is explained. It is kept in the store, so it must
   * contain no secret. Called at most once an hour for each version. Default: the policy as a whole.
   */
  getPieces?(
    salt: string,
    parameters: VersionParameters,
  ): Record<string, string> | undefined | Promise<Record<string, string> | undefined>;
}
