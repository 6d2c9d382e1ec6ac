/** The version of a function as its Worker publishes it, before any call. */
import type { Policy } from '../policy/resolve';
import { encode } from '../key/canonical';
import { digester } from '../key/key';
import { automaticVersion, functionBody } from '../key/version/policy';

const digest = digester();

/** Policies that say the same as long as a process runs. Others may follow data. */
const STEADY = ['functionBody/', 'environment/', 'packageVersion/'];

export type ForVersion = Pick<Policy, 'fn' | 'behavior' | 'version' | 'salt' | 'policies' | 'signature'>;

/** Of an Activity that nobody says is cached, its source counts all the same. */
export const uncached = { behavior: 'auto', salt: '', policies: [functionBody()], signature: null } as const;

export interface Beforehand {
  version: string;
  /** What results say made them. */
  label: string;
}

/** @returns undefined where it cannot be known beforehand: what depends on it is not stored */
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
    return undefined; // its calls say what is wrong
  }
}
