/** The options that select entries. */
import { msToNumber } from '@temporalio/common';
import type { CacheFilter } from '../upkeep/filter';
import type { Given, Options } from './option';
import { UsageError } from './errors';
import type { REACH } from './store';

export const SELECTION = {
  activity: { type: 'string', value: 'TYPE', about: 'of this Activity type' },
  tag: { type: 'string', value: 'TAG', about: 'with this tag' },
  version: { type: 'string', value: 'VERSION', about: 'of this version of the Activity' },
  'older-than': { type: 'string', value: 'AGE', about: `whose execution began so long ago, like '30 days'` },
} as const satisfies Options;

/**
 * The selection that is given, except for the scope.
 * @throws {UsageError}
 */
export function readSelection({
  activity,
  tag,
  version,
  namespace,
  'older-than': age,
}: Given<typeof SELECTION & typeof REACH>): CacheFilter {
  const filter = { activity, tag, version, namespace, ...(age !== undefined && { olderThan: toMs(age) }) };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

function toMs(age: string): number {
  try {
    const ms = msToNumber(age as Parameters<typeof msToNumber>[0]);
    if (ms >= 0) return ms;
  } catch {
    // not a duration: the error is thrown below
  }
  throw new UsageError(`--older-than '${age}' is no duration; write it like '30 days', '12 h' or '90 min'`);
}
