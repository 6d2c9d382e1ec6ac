/** The local Activities of this package. Only its own code may call them: what they are told is believed. */
import { type RawValue, rawValueTypeInfo, type TypeInfo } from '@temporalio/common';
import { proxyLocalActivities } from '@temporalio/workflow';
import { OURS } from '../../wire/questions';

/** Well under a Workflow Task's 10 s, and over what a store may take. */
const ASKED_FOR = '5 seconds';

const own = new WeakSet<object>();

/** To be called by a run's `HostQueue`. @param first - what is asked; an object of this call's own */
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

/** `'ours'`: this package calls its own; `'forged'`: somebody else calls it. */
export function callerOf(activityType: string, args: readonly unknown[]): 'user' | 'ours' | 'forged' {
  if (!OURS.includes(activityType)) return 'user';
  return own.has(args[0] as object) ? 'ours' : 'forged';
}
