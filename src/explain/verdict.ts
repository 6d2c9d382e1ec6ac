/** What the outcome of a call means, in a sentence, and what can be done. */
import type { CacheReportRow } from '../wire/report-rows';
import type { BypassReason, RunReason, UnstoredReason } from '../wire/outcome';

export interface Verdict {
  /** A sentence without its full stop. */
  reason: string;
  fix?: string;
}

const RAN: Record<RunReason, Verdict> = {
  new: { reason: 'no entry had this key' },
  expired: {
    reason: 'the entry of this key was older than its ttl',
    fix: "raise 'ttl', if an older result would do",
  },
  invalidated: { reason: 'the entry of this key was invalidated' },
  damaged: {
    reason: 'the entry of this key could not be read',
    fix: "it was replaced. If this happens again, check the store, and that all Workers have the same 'secret' and codecs",
  },
  'hit-if': { reason: "'hitIf' refused the entry of this key", fix: 'it was replaced by the new result' },
  overwrite: { reason: 'the run was to overwrite what is stored', fix: "start it without 'overwrite'" },
  'lookup-failed': {
    reason: 'the store could not be asked',
    fix: 'activity-cache doctor checks the store. The Worker has logged the error',
  },
  unserialized: {
    reason: 'it ran without the reservation that it asked for',
    fix: 'activity-cache doctor checks the reservations',
  },
};

const UNSTORED: Record<UnstoredReason, Verdict> = {
  'too-large': {
    reason: 'the result was too large to be stored',
    fix: "return a reference to it, or raise 'maxValueBytes'",
  },
  'store-error': {
    reason: 'the store did not take the result',
    fix: 'activity-cache doctor checks the store. The Worker has logged the error',
  },
  'cache-if': { reason: "'cacheIf' refused the result", fix: "change 'cacheIf', if it should be stored" },
  skipped: {
    reason:
      'the execution asked not to be stored, was cancelled, or is a Workflow that used something uncertain',
  },
  readonly: {
    reason: 'the cache was read-only, so the result was not stored',
    fix: "the mode 'readonly', access: 'read' or ACTIVITY_CACHE=readonly say so",
  },
  superseded: { reason: 'a newer result, or an invalidation, came first' },
};

const BYPASSED: Record<BypassReason, Verdict> = {
  disabled: { reason: "the Activity is declared with 'disable'" },
  off: { reason: 'the cache was off', fix: "the mode 'off', enabled: false or ACTIVITY_CACHE=off say so" },
  unkeyable: {
    reason: 'an argument cannot be part of a key',
    fix: "leave it out with 'ignoredInputs', or replace it with 'hashInputs' or 'key'",
  },
  'policy-error': {
    reason: 'an option is invalid, or a function of the options threw',
    fix: 'the Worker has logged the error',
  },
  async: { reason: 'the Activity completes asynchronously, so its result is not known to the cache' },
  undeclared: {
    reason: 'the call site asks for the cache, and nobody declares the Activity',
    fix: "wrap it by cached(), or name it in the plugin's 'activities'. If it should run each time, leave 'cache' out at the call site",
  },
};

export function verdictOf({ status, why, reason, detail }: Omit<CacheReportRow, 'durationMs'>): Verdict {
  const found = plainVerdict(status, why, reason as never);
  // What is new is explained by the differences.
  const isSaid = detail === undefined || (why === 'new' && status !== 'unstored');
  return isSaid ? found : { ...found, reason: `${found.reason}: ${detail}` };
}

function plainVerdict(
  status: CacheReportRow['status'],
  why: RunReason | undefined,
  reason: UnstoredReason & BypassReason,
): Verdict {
  if (status === 'hit') return { reason: 'the value came from the cache' };
  if (status === 'joined')
    return { reason: 'the value came from another call that was running at the same time' };
  if (status === 'bypassed') return BYPASSED[reason];
  if (status === 'unstored' && reason !== undefined) return UNSTORED[reason];
  if (why !== undefined) return RAN[why];
  return { reason: 'the history does not say what the cache did' };
}
