/**
 * Decides whether the entry of a whole Workflow is still valid, apart from its own age. It is valid
 * if the code that it used is the same, the results that it was made of are still there, none of
 * them is past its `ttl`, and the mode of the run does not require one of them to run again.
 */
import type { EntryFacts } from '../entry';
import { modeFor, type RunControl } from '../wire/run-control';
import type { RunReason } from '../wire/outcome';
import type { GuardedStore } from '../store/guard';
import type { Subject } from '../store/store';
import type { Dependencies, Place } from './dependencies';
import type { UsedResult } from '../wire/uses';
import type { Build } from './publication';

/** The reason why the entry is not valid. */
export interface Lapse {
  why: RunReason;
  detail: string;
}

interface Known {
  store: GuardedStore;
  dependencies: Dependencies;
  scope: string;
  /** What this Worker runs. */
  build: () => Build | undefined;
  /** The `ttl` with which this Worker declares an Activity. */
  ttlOf: (activityType: string) => number | undefined;
}

interface Look extends Known {
  place: Place;
  /** The cache control that the run that looks up sets for its calls. */
  control: RunControl | undefined;
  /** The entry is new enough for a run that overwrites. */
  isFresh: boolean;
  /**
   * The call that looks up waited for the entry. The ages of the results that the entry was made of
   * are then ignored too.
   */
  isAwaited: boolean;
  deadline: number;
}

type Made = Pick<EntryFacts, 'uses' | 'results'>;

/** @throws {CacheStoreError} */
export async function lapseOf({ uses, results }: Made, look: Look): Promise<Lapse | undefined> {
  if (results === undefined)
    return uses && { why: 'invalidated', detail: 'it does not say which results it used' };
  const wanted = wantedAnew({ uses, results }, look);
  if (wanted !== undefined) return wanted;
  const { dependencies, place, build } = look;
  const change = uses && (await dependencies.changeIn(uses, place, build()));
  if (typeof change === 'string') return { why: 'invalidated', detail: change };
  if (change !== undefined) return { why: 'lookup-failed', detail: change.unsure };
  return lapseOfResults(results, look);
}

/** A mode that is limited to some types applies to what would run below the Workflow. */
function wantedAnew({ uses = [], results = [] }: Made, { control, isFresh }: Look): Lapse | undefined {
  const types = new Set([...uses, ...results].map(({ type }) => type));
  for (const type of types) {
    const mode = modeFor(control, type);
    if (mode === 'off' || (mode === 'overwrite' && !isFresh))
      return { why: 'overwrite', detail: `it used '${type}', whose mode is '${mode}'` };
  }
  return undefined;
}

/** @throws {CacheStoreError} */
export async function lapseOfResults(
  results: readonly UsedResult[],
  {
    store,
    scope,
    place,
    ttlOf,
    isAwaited,
    deadline,
  }: Pick<Look, 'store' | 'scope' | 'place' | 'ttlOf' | 'isAwaited' | 'deadline'>,
): Promise<Lapse | undefined> {
  if (results.length === 0) return undefined;
  const { namespace } = place;
  const subjects = results.map(({ type, version, key }): Subject => {
    return { key, scope, namespace, activityType: type, version };
  });
  const { standing, now } = await store.check(subjects, deadline);
  for (const [i, { type, ticket, until = Infinity, ownTtl }] of results.entries()) {
    const entry = standing[i];
    if (entry?.ticket !== ticket)
      return { why: 'invalidated', detail: `a result of '${type}' that it used is not there any more` };
    if (isAwaited) continue;
    const declared = ownTtl ? undefined : ttlOf(type);
    if (now >= Math.min(until, entry.startedAt + (declared ?? Infinity)))
      return { why: 'expired', detail: `a result of '${type}' that it used has expired` };
  }
  return undefined;
}
