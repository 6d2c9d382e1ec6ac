/** Stores what a whole Workflow has returned, and ends its turn: a local Activity at the end of the Workflow. */
import type { Context } from '@temporalio/activity';
import { RawValue } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { Recording } from '../context';
import type { Collected } from '../dependencies/dependencies';
import { resultOf } from '../dependencies/protocol';
import type { Begin, ToStore } from '../lookup/protocol';
import { turnOutcomeOf } from '../reservation/outcome';
import { encodeOutcome, type Outcome, OUTCOME_METADATA } from '../status';
import { controlOf } from './activity';
import type { CachedActivity, IdentifiedCall, Made, Stored } from './cached-activity';
import { contextOf, type Known, signedBy } from './lookup';
import { unseal } from './sealed';

const NOT_PROVEN =
  'what the Workflow brings to be stored under is not what this cache has told its chain of runs';

export class StoreInterceptor implements ActivityInboundCallsInterceptor {
  constructor(
    private readonly context: Context,
    private readonly known: Known,
  ) {}

  async execute({ args: [toStore, value], headers }: ActivityExecuteInput): Promise<RawValue | undefined> {
    const { question, begin, durationMs, turnOf } = toStore as ToStore;
    const context = contextOf(this.context, question);
    const activity = await this.known.activityFor(question);
    if (activity === undefined || activity === 'unknown') return undefined;
    const signed = signedBy(begin, question, (toStore as ToStore).chain, context);
    if (!(await this.known.proofs.holds(begin.proof, signed))) throw new Error(NOT_PROVEN);
    const stored = await this.store(toStore as ToStore, value, activity, context, headers);
    const { activityType, activityId } = question;
    if (turnOf !== undefined) {
      const reserved = { scope: this.known.scope, activityType, key: begin.key };
      const outcome = turnOutcomeOf(stored, context.cancellationSignal.aborted);
      await (await this.known.reservations())?.end(reserved, { id: turnOf, attempt: 1 }, outcome);
    }
    const { detail, key, version } = begin;
    const why = stored.status === 'bypassed' ? undefined : begin.why;
    const outcome: Outcome = { detail, ...stored, why, key, version, durationMs };
    this.known.reporter.tell(context, outcome);
    const label = encodeOutcome({ ...outcome, of: { activityType, activityId } });
    const { payload } = new RawValue(undefined);
    return RawValue.fromPayload({ ...payload, metadata: { ...payload.metadata, [OUTCOME_METADATA]: label } });
  }

  private async store(
    toStore: ToStore,
    value: unknown,
    activity: CachedActivity,
    context: Context,
    headers: ActivityExecuteInput['headers'],
  ): Promise<Stored> {
    const { begin, durationMs, unwanted } = toStore;
    if (activity.off !== undefined) return { status: 'bypassed', reason: activity.off }; // the run may have begun elsewhere
    if (unwanted === 'cache-if') return { status: 'unstored', reason: 'cache-if' };
    const { key, version, why } = begin;
    const read = await this.tagsOf(begin, context);
    const tags = typeof read === 'string' ? [] : read;
    const recording = new Recording(key, context.info.activityType, version, why, tags);
    if (typeof read === 'string') recording.skip(read);
    if (unwanted !== undefined) recording.skip('the run was cancelled');
    const used = await this.usedBy(toStore, activity, context);
    if (typeof used === 'string') recording.skip(used);
    const { made, toTell } = typeof used === 'string' ? { made: used } : used;
    if (typeof made === 'string') recording.skip(made);
    const control = controlOf(headers, context, this.known.reporter);
    const seen = { ...seenOf(begin), ...(typeof made === 'object' && { made }) };
    const stored = await activity.store(
      callOf(begin, tags),
      control,
      seen,
      { value, durationMs },
      recording,
      context,
    );
    if (toTell !== undefined) await this.tell(toStore, toTell, stored);
    return stored;
  }

  /** Those above depend on this entry, and on what it is made of. Where there is no entry, their results cannot be forgotten with it either. */
  private async tell(
    { question: { activityType }, begin, reportTo }: ToStore,
    { uses, results, unlabelled }: Collected,
    stored: Stored,
  ): Promise<void> {
    if (reportTo === undefined) return;
    const own = resultOf(activityType, { ...begin, entry: stored.entry });
    const unkept = `the result of child '${activityType}' is no entry of the cache (${stored.status}, ${stored.reason})`;
    await this.known.dependencies.report(reportTo, {
      uses,
      children: [],
      results: [...results, ...(own === undefined ? [] : [own])],
      unlabelled,
      ...(own === undefined && { unkept }),
    });
  }

  /** A text where they cannot be read: without them no invalidation would reach the result. */
  private async tagsOf({ tags, sealedTags }: Begin, { info }: Context): Promise<readonly string[] | string> {
    if (sealedTags === undefined) return tags;
    return unseal(sealedTags, this.known.values, info.namespace).catch(
      (error: unknown) => `its tags could not be read: ${String(error)}`,
    );
  }

  /**
   * What the result is made of, and what those above are told of it. A text where that cannot be known: then the result is not stored, nor are
   * theirs.
   */
  private async usedBy(
    { begin, used, recorder }: ToStore,
    activity: CachedActivity,
    { info }: Context,
  ): Promise<{ made?: Made | string; toTell: Collected } | string> {
    const { dependencies } = this.known;
    const { mixed, startedAt } = begin;
    try {
      if (used === undefined) return 'it used more than can be kept';
      if (mixed !== undefined && (begin.taskQueue ?? info.taskQueue) !== info.taskQueue)
        return 'it went on on another task queue';
      const all = await dependencies.collect(recorder, used, info.taskQueue, mixed === undefined);
      if (typeof all === 'string') return all;
      const toTell = mixed === undefined ? { ...all, uses: [], unlabelled: [] } : all;
      if (used.results === undefined) return { toTell }; // begun by an older version
      const { results, unlabelled } = all;
      const lapse = await activity.lapseOf(results, info);
      if (lapse !== undefined) return { made: lapse.detail, toTell };
      if (mixed === undefined) return { made: { results }, toTell };
      const uses = await dependencies.versions(all.uses, { startedAt, mixed }, info, unlabelled);
      return { made: typeof uses === 'string' ? uses : { uses, results }, toTell };
    } catch (error) {
      return `what it used could not be read: ${String(error)}`;
    }
  }
}

const callOf = (
  { key, version, parts, inputs, sealedInputs }: Begin,
  tags: readonly string[],
): IdentifiedCall => ({
  key,
  version,
  tags,
  digests: () => ({ parts, inputs, sealedInputs }),
  args: [],
});

const seenOf = ({ why, ticket, startedAt, parts, inputs, sealedInputs }: Begin) => ({
  why,
  drawn: { ticket, now: startedAt },
  digests: { parts, inputs, sealedInputs },
});
