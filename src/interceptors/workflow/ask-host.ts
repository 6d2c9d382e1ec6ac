/**
 * Calls the local Activities of this package. Only its own code may call them, because the host
 * trusts their input.
 */
import { type RawValue, rawValueTypeInfo, type TypeInfo } from '@temporalio/common';
import { proxyLocalActivities } from '@temporalio/workflow';
import { OURS } from '../../wire/questions';

/** The timeout is well under a Workflow Task's 10 s, and longer than a store may take. */
const ASKED_FOR = '5 seconds';

const own = new WeakSet<object>();

/**
 * Must be called by a run's `HostQueue`.
 * @param first - the question, an object that only this call uses
 */
export function askHost(
  type: string,
  summary: string,
  first: object,
  more: readonly RawValue[] = [],
): Promise<unknown> {
  own.add(first);
  const inputTypes = [undefined, ...more.map(() => rawValueTypeInfo)] as TypeInfo[];
  const { [type]: activity } = proxyLocalActivities({
    scheduleToCloseTimeout: ASKED_FOR,
    retry: { maximumAttempts: 1 },
    summary,
    activityTypeInfo: { [type]: { inputTypes, outputType: rawValueTypeInfo } },
  });
  return activity!(first, ...more);
}

/** `'ours'`: this package calls its own Activity. `'forged'`: other code calls it. */
export function callerOf(activityType: string, args: readonly unknown[]): 'user' | 'ours' | 'forged' {
  if (!OURS.includes(activityType)) return 'user';
  return own.has(args[0] as object) ? 'ours' : 'forged';
}
