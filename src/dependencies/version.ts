/** The version of a function as its Worker publishes it, before any call. */
import type { Policy } from '../policy/resolve';
import { encode } from '../key/canonical';
import { digester } from '../key/key';
import { automaticVersion } from '../key/version/policy';
import { reachableCode } from '../key/version/reachable-code';

const digest = digester();

/** Policies whose answer is constant while a process runs. Other policies may depend on data. */
const STEADY = ['reachableCode/', 'functionBody/', 'environment/', 'packageVersion/'];

export type ForVersion = Pick<Policy, 'fn' | 'behavior' | 'version' | 'salt' | 'policies' | 'signature'>;

/** The policy of an Activity that is not declared as cached. Its source counts all the same. */
export const uncached = { behavior: 'auto', salt: '', policies: [reachableCode()], signature: null } as const;

export interface Beforehand {
  version: string;
  /** The version label that results carry. */
  label: string;
}

/**
 * @returns undefined if the version cannot be known beforehand. Results that depend on it are not
 *   stored
 */
export async function versionBeforehand(
  policy: ForVersion,
  activityType: string,
): Promise<Beforehand | undefined> {
  const { fn, salt, policies, signature } = policy;
  const steady = ({ name }: { name: string }) => STEADY.some((prefix) => name.startsWith(prefix));
  if (policy.version === undefined && !policies.every(steady)) return undefined;
  try {
    const label = policy.version ?? (await automaticVersion(policies, salt, { fn, activityType }));
    return { version: digest(encode([label, salt, signature])).slice(0, 32), label };
  } catch {
    return undefined; // its calls report what is wrong
  }
}
