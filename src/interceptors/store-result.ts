/** Stores what a whole Workflow has returned, and ends its turn: a local Activity at the end of the Workflow. */
import type { Context } from '@temporalio/activity';
import { RawValue } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { Recording } from '../context';
import type { Begin, ToStore } from '../lookup/protocol';
import { turnOutcomeOf } from '../reservation/outcome';
import { encodeOutcome, type Outcome, OUTCOME_METADATA } from '../status';
import { controlOf } from './activity';
import type { CachedActivity, IdentifiedCall } from './cached-activity';
import { contextOf, type Known } from './lookup';

type Stored = Pick<Outcome, 'status' | 'reason' | 'detail'>;

export class StoreInterceptor implements ActivityInboundCallsInterceptor {
  constructor(
    private readonly context: Context,
    private readonly known: Known,
  ) {}

  async execute({ args: [toStore, value], headers }: ActivityExecuteInput): Promise<RawValue | undefined> {
    const { question, begin, durationMs, turnOf } = toStore as ToStore;
    const context = contextOf(this.context, question);
    const activity = this.known.activityFor(question);
    if (activity === undefined || activity === 'unknown') return undefined;
    const stored = await this.store(toStore as ToStore, value, activity, context, headers);
    const { activityType, activityId } = question;
    if (turnOf !== undefined) {
      const reserved = { scope: this.known.scope, activityType, key: begin.key };
      const outcome = turnOutcomeOf(stored, context.cancellationSignal.aborted);
      await (await this.known.reservations())?.end(reserved, { id: turnOf, attempt: 1 }, outcome);
    }
    const { why, key, version } = begin;
    const outcome: Outcome = { ...stored, why, key, version, durationMs };
    this.known.reporter.tell(context, outcome);
    const label = encodeOutcome({ ...outcome, of: { activityType, activityId } });
    const { payload } = new RawValue(undefined);
    return RawValue.fromPayload({ ...payload, metadata: { ...payload.metadata, [OUTCOME_METADATA]: label } });
  }

  private async store(
    { begin, durationMs, unwanted }: ToStore,
    value: unknown,
    activity: CachedActivity,
    context: Context,
    headers: ActivityExecuteInput['headers'],
  ): Promise<Stored> {
    if (unwanted === 'cache-if') return { status: 'unstored', reason: 'cache-if' };
    const { key, version, why, tags } = begin;
    const recording = new Recording(key, context.info.activityType, version, why, tags);
    if (unwanted !== undefined) recording.skip('the run was cancelled');
    const control = controlOf(headers, context, this.known.reporter);
    return activity.store(callOf(begin), control, seenOf(begin), { value, durationMs }, recording, context);
  }
}

const callOf = ({ key, version, tags, parts }: Begin): IdentifiedCall => ({
  key,
  version,
  tags,
  digests: () => ({ parts }),
  args: [],
});

const seenOf = ({ why, ticket, startedAt, parts }: Begin) => ({
  why,
  drawn: { ticket, now: startedAt },
  digests: { parts },
});
