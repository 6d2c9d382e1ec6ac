/** What makes automatic versions, as a user may write one. */

/** What a policy may look at. */
export interface VersionParameters {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- Activities of any shape
  fn: (...args: any[]) => unknown;
  activityType: string;
  /** File of the function, where it is known. */
  file?: string;
}

/**
 * Makes a part of the automatic version. Asked at every call, so that a version may follow data as well as code:
 * keep what is costly. One that throws bypasses the cache for that call (`policy-error`).
 */
export interface CachePolicy {
  /** Part of the version, beside what `getVersion` answers. */
  readonly name: string;
  getVersion(salt: string, parameters: VersionParameters): string | Promise<string>;
}
