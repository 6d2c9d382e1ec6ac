/**
 * Stores what a whole Workflow has returned, and ends its turn: a local Activity at the end of the
 * Workflow.
 */
import type { Context, Info } from '@temporalio/activity';
import { RawValue } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { Recording } from '../context';
import { isKept } from '../dependencies/deployment';
import { resultOf, TOO_MUCH, unkeptOf, type Used } from '../wire/uses';
import type { PendingEntry, Question, ToStore } from '../wire/questions';
import { turnOutcomeOf } from '../wire/turn-outcome';
import { encodeOutcome, type Outcome } from '../wire/outcome';
import { OUTCOME_METADATA } from '../wire/names';
import { NO_TICKET } from '../store/store';
import { controlOf } from '../interceptors/activity/activity';
import type { CachedActivity } from '../interceptors/activity/cached-activity';
import type { IdentifiedCall, Made, Stored } from '../worker/look';
import { contextOf } from './asked-call';
import { type Known, signedBy } from './look-up';
import { reportDependencies } from './report-dependencies';
import { unseal } from '../worker/sealed';
import { traceOutcome } from '../worker/span';

const NOT_PROVEN =
  'the entry that the Workflow asks to store is not the one that this cache gave to its chain of runs';

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
    const isRead = this.known.readsOnly || begin.ticket === NO_TICKET;
    if (!isRead && !(await this.known.proofs.holds(begin.proof, signed))) throw new Error(NOT_PROVEN);
    const { bytes, ...stored }: Stored = isRead
      ? { status: 'unstored', reason: 'readonly' }
      : await this.store(toStore as ToStore, value, activity, context, headers);
    const { activityType, activityId } = question;
    if (turnOf !== undefined) {
      const reserved = { scope: this.known.scope, activityType, key: begin.key };
      const outcome = turnOutcomeOf(stored, context.cancellationSignal.aborted);
      await (await this.known.reservations())?.end(reserved, { id: turnOf, attempt: 1 }, outcome);
    }
    const { detail, key, version } = begin;
    const why = stored.status === 'bypassed' ? undefined : begin.why;
    const outcome: Outcome = { detail, ...stored, why, key, version, durationMs };
    this.known.reporter.report(context, outcome);
    traceOutcome(outcome, bytes);
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
    const used = await this.usedBy(toStore, activity, context);
    const stored = await this.storeMade(used.made, toStore, value, activity, context, headers);
    await this.reportUses(toStore, used.reported, stored);
    return stored;
  }

  private async storeMade(
    made: Made | string | undefined,
    { begin, durationMs, unwanted }: ToStore,
    value: unknown,
    activity: CachedActivity,
    context: Context,
    headers: ActivityExecuteInput['headers'],
  ): Promise<Stored> {
    // The run may have begun on a Worker with other options.
    if (activity.off !== undefined) return { status: 'bypassed', reason: activity.off };
    if (unwanted === 'cache-if') return { status: 'unstored', reason: 'cache-if' };
    const { key, version, why } = begin;
    const read = await this.tagsOf(begin, context);
    const tags = typeof read === 'string' ? [] : read;
    const recording = new Recording(key, context.info.activityType, version, why, tags);
    if (typeof read === 'string') recording.skip(read);
    if (unwanted !== undefined) recording.skip('the run was cancelled');
    if (typeof made === 'string') recording.skip(made);
    const control = controlOf(headers, context, this.known.reporter);
    const seen = { ...seenOf(begin), ...(typeof made === 'object' && { made }) };
    return activity.store(callOf(begin, tags), control, seen, { value, durationMs }, recording, context);
  }

  /**
   * Reports this entry, and the results that it is made of, to the Workflows above, which depend on
   * them. Without an entry no invalidation would reach their results either.
   */
  private async reportUses(
    { question: { activityType }, begin, reportTo }: ToStore,
    reported: Used,
    { entry, status, reason }: Stored,
  ): Promise<void> {
    if (reportTo === undefined) return;
    const own = resultOf(activityType, { ...begin, entry });
    const { results = [], unkept = unkeptOf(`child '${activityType}'`, { status, reason }) } = reported;
    await reportDependencies(
      this.known,
      this.context,
      reportTo,
      own === undefined ? { ...reported, unkept } : { ...reported, results: [...results, own] },
    );
  }

  /**
   * The tags, or a text that explains why they cannot be read. Without its tags no invalidation
   * would reach the result.
   */
  private async tagsOf(
    { tags, sealedTags }: PendingEntry,
    { info }: Context,
  ): Promise<readonly string[] | string> {
    if (sealedTags === undefined) return tags;
    return unseal(sealedTags, this.known.values, info.namespace).catch(
      (error: unknown) => `its tags could not be read: ${String(error)}`,
    );
  }

  /**
   * `made`: what the result is made of, or the reason why that is not known and the result is not
   * stored. `reported`: what is reported to the Workflows above.
   */
  private async usedBy(
    { question, begin, used, collector }: ToStore,
    activity: CachedActivity,
    context: Context,
  ): Promise<{ made?: Made | string; reported: Used }> {
    const { info } = context;
    const { dependencies, reporter } = this.known;
    const { ambiguous, startedAt } = begin;
    const isUnit = ambiguous === undefined;
    const unknown = (unkept: string) => ({ made: unkept, reported: { uses: [], children: [], unkept } });
    try {
      if (used === undefined) return unknown(TOO_MUCH);
      if (!isUnit && (begin.taskQueue ?? info.taskQueue) !== info.taskQueue)
        return unknown('it continued on another task queue');
      const { deployment } = begin;
      if (deployment !== undefined && !(await this.isKeptIn(deployment, question, info)))
        return unknown('it was moved to another deployment version');
      const all = await dependencies.collect(collector, used, info.taskQueue, isUnit);
      if (typeof all === 'string') return unknown(all);
      const { results, unlabelled } = all;
      const reported = { ...(isUnit ? { uses: [], results } : all), children: [] };
      // The run was begun by an older version of this package.
      if (used.results === undefined) return { reported };
      const place = { namespace: info.namespace, taskQueue: info.taskQueue, deployment };
      const uses = isUnit
        ? undefined
        : await dependencies.versions(all.uses, { startedAt, ambiguous }, place, unlabelled);
      if (typeof uses === 'string') {
        reporter.warn(context, 'unknown-versions', uses);
        return { made: uses, reported };
      }
      const lapse = await activity.lapseOf(results, info);
      return { made: lapse?.detail ?? { results, ...(uses !== undefined && { uses }) }, reported };
    } catch (error) {
      return unknown(`what it used could not be read: ${String(error)}`);
    }
  }

  private async isKeptIn(deployment: string, question: Question, info: Info): Promise<boolean> {
    return this.known.deploymentOf(question) === deployment && isKept(this.context.client, info);
  }
}

const callOf = (
  { key, version, parts, inputs, sealedInputs }: PendingEntry,
  tags: readonly string[],
): IdentifiedCall => ({
  key,
  version,
  tags,
  digests: () => ({ parts, inputs, sealedInputs }),
  args: [],
});

const seenOf = ({ why, ticket, startedAt, parts, inputs, sealedInputs }: PendingEntry) => ({
  why,
  drawn: { ticket, now: startedAt },
  digests: { parts, inputs, sealedInputs },
});
