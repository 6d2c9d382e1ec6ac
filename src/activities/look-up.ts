/**
 * Answers a Workflow that asks about a call before scheduling it. This local Activity does
 * everything except run the body.
 */
import type { Context, Info } from '@temporalio/activity';
import { type Payload, RawValue, rawValueTypeInfo, type TypeInfo } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor } from '@temporalio/worker';
import {
  type Answer,
  type PendingEntry,
  bytesOf,
  isQuestion,
  OURS,
  type OwnWorkflow,
  type Question,
  type RunAnswer,
  type Waited,
} from '../wire/questions';
import type { Dependencies } from '../dependencies/dependencies';
import { type Ambiguous, resultOf } from '../wire/uses';
import { type Asked, askedBy } from '../wire/asked';
import { readHeld } from '../wire/run-control';
import { HELD, OUTCOME_METADATA } from '../wire/names';
import type { Recent } from '../reservation/caller/recent';
import type { Reservations } from '../reservation/caller/reservations';
import { encodeOutcome, type Outcome } from '../wire/outcome';
import { readable } from '../wire/pack';
import { readableAnswer } from '../wire/answer-verdict';
import { NO_TICKET } from '../store/store';
import { controlOf } from '../interceptors/activity/activity';
import type { CachedActivity } from '../interceptors/activity/cached-activity';
import type { IdentifiedCall, Missed, LookResult } from '../worker/look';
import { callerOf, contextOf } from './asked-call';
import { reportDependencies } from './report-dependencies';
import type { Proofs, Signed } from '../worker/proof';
import type { Reporter } from '../worker/reporter';
import { seal, sealInputs } from '../worker/sealed';
import type { Values } from '../worker/values';
import { traceLookUps } from '../worker/span';

/** The facts and services of the Worker that answer a question. */
export interface Known {
  /**
   * How calls of this type on `taskQueue` are cached. Undefined: nothing declares that they are.
   * `'unknown'`: this Worker does not know.
   */
  activityFor(question: Question): Promise<CachedActivity | 'unknown' | undefined>;
  /** The version of a Worker Deployment to which a Workflow that asks about itself is pinned. */
  deploymentOf(question: Question): string | undefined;
  /** Records how a Workflow is declared. */
  learn(question: Question): void;
  values: Values;
  reporter: Reporter;
  /** Undefined if reservations are not ready soon. */
  reservations(): Promise<Reservations | undefined>;
  /**
   * What calls knew when they asked for their turns, by their look-ups. If the Workflow Task fails,
   * the answer is lost, and the Workflow looks up again as if it had not asked.
   */
  waits: Recent<Waited>;
  dependencies: Dependencies;
  proofs: Proofs;
  /** Whether this process caches nothing. */
  isOff: boolean;
  /** Whether this process stores nothing. */
  readsOnly: boolean;
  scope: string;
}

/** Arguments are received as raw payloads, and decoded as the Activity would receive them. */
const MAX_ARGUMENTS = 10_000;
const inputTypes = [
  undefined,
  ...Array.from({ length: MAX_ARGUMENTS }, () => rawValueTypeInfo),
] as TypeInfo[];

/**
 * The registered Activities of this package. Their interceptors answer instead of these functions.
 */
export const lookupActivities = Object.fromEntries(
  OURS.map((type) => {
    const unanswered = async (): Promise<undefined> => undefined;
    return [type, Object.assign(unanswered, { activityDefinitionOptions: { typeInfo: { inputTypes } } })];
  }),
);

export class LookupInterceptor implements ActivityInboundCallsInterceptor {
  constructor(
    private readonly context: Context,
    private readonly known: Known,
    /** The bytes left for values, shared by calls that are asked about together. */
    private readonly room: { left: number } = { left: Infinity },
  ) {}

  /** Returns a value, or an answer as JSON without the user's converter. The verdict is first. */
  async execute(input: ActivityExecuteInput): Promise<RawValue> {
    const payload = await this.payloadOf(input);
    traceLookUps([payload]);
    return RawValue.fromPayload(readable(payload));
  }

  async payloadOf(input: ActivityExecuteInput): Promise<Payload> {
    const answer = await this.answer(input);
    if (answer instanceof RawValue) return answer.payload;
    return readableAnswer(answer, (input.args[0] as Partial<Question>).activityType);
  }

  private async answer({
    args: [given, ...args],
    headers,
  }: ActivityExecuteInput): Promise<Answer | RawValue> {
    if (!isQuestion(given)) return { answer: 'unknown' };
    const question = { ...given, waited: given.waited ?? this.known.waits.get(this.nameOf(given)) };
    if (question.workflow?.own !== undefined) this.known.learn(question);
    const activity = await this.known.activityFor(question);
    if (activity === undefined) {
      const isStart = question.workflow?.own !== undefined && question.cache !== undefined;
      const reported = contextOf(this.context, question);
      if (isStart && !this.known.isOff) this.known.reporter.warn(reported, 'undeclared-workflow');
      return { answer: 'bypassed' };
    }
    if (activity === 'unknown' || !this.known.values.passRawValues) return { answer: 'unknown' };
    const deployment = this.known.deploymentOf(question);
    const context = contextOf(this.context, question, deployment);
    const control = controlOf(headers, context, this.known.reporter);
    if (activity.off !== undefined || control.mode === 'off' || question.workflow?.own?.isBypassed)
      return { answer: 'bypassed' };
    const decoded = this.known.values.decodeArguments(args, context.info, activity.inputTypes);
    const call = await activity.identify({ args: decoded, headers, info: context.info });
    if (call.key === undefined) {
      // For an Activity, its own Worker logs the warning.
      if (question.workflow?.own !== undefined) this.known.reporter.warn(context, call.reason, call.error);
      return { answer: 'bypassed' };
    }
    const look = (asked: Asked | undefined) => activity.look(call, control, context, { raw: true, asked });
    const looked = await look(question.waited);
    if (looked.hit) {
      await this.leave(call, question, context);
      return this.hit(looked, question, context, question.waited);
    }
    const { workflow } = question;
    const ambiguous =
      workflow?.own !== undefined && activity.isAutomatic
        ? await this.ambiguous(context.info, deployment)
        : undefined;
    if (ambiguous === 'unknown') {
      await this.leave(call, question, context);
      return { answer: 'run', key: call.key };
    }
    // A codec or the store may throw, so this runs before there is a turn that could be lost.
    const sealedTags = await this.sealed(workflow?.own?.tags, context);
    const isSigned = looked.drawn?.ticket !== NO_TICKET;
    if (workflow?.own !== undefined && isSigned) await this.known.proofs.ready();
    const isHeld = readHeld(headers[HELD]).includes(call.key);
    const waits = workflow === undefined || workflow.own !== undefined;
    const answer =
      waits && activity.reserves(control) && !isHeld
        ? await this.reserve(question, call, looked, look, activity, context)
        : run(call, looked, question);
    if (!('begin' in answer) || answer.begin === undefined) return answer;
    const { values, proofs } = this.known;
    const begin = await sealInputs(answer.begin, values, context.info.namespace);
    const signed = signedBy(begin, question, workflow?.own?.chain, context);
    // Nothing is stored without a ticket.
    const proof = isSigned ? await proofs.of(signed) : undefined;
    return {
      ...answer,
      begin: {
        ...begin,
        taskQueue: context.info.taskQueue,
        deployment,
        ambiguous,
        keepsUses: true,
        sealedTags,
        proof,
      },
    };
  }

  /** The same if a Workflow Task that has failed is processed again, and unique otherwise. */
  private nameOf({ activityId }: Question): string {
    const { workflowExecution, activityId: lookUp } = this.context.info;
    return JSON.stringify([workflowExecution?.runId, lookUp, activityId]);
  }

  /** Gives up a turn or a place in the queue that the call no longer needs. */
  private async leave({ key }: IdentifiedCall, question: Question, context: Context): Promise<void> {
    const { activityType, waited } = question;
    if (waited === undefined || waited.isOut) return;
    const reserved = { scope: this.known.scope, activityType, key };
    await (await this.known.reservations())?.leave(reserved, callerOf(context, question, waited.ticket));
  }

  private async sealed(tags: readonly string[] | undefined, { info }: Context): Promise<string | undefined> {
    const { values } = this.known;
    return tags === undefined || !values.hasCodecs ? undefined : seal(tags, values, info.namespace);
  }

  /**
   * The names of types that run in several versions. Without them no result that depends on code
   * can be stored.
   */
  private async ambiguous(
    { namespace }: Info,
    deployment: string | undefined,
  ): Promise<Ambiguous | 'unknown'> {
    try {
      return await this.known.dependencies.ambiguous({ namespace, deployment });
    } catch {
      return 'unknown'; // The store's guard reports the error.
    }
  }

  /**
   * Asks for the turn of a serialized call. The result is the turn, after which the store is looked
   * up again, or a place in the queue.
   */
  private async reserve(
    question: Question,
    call: IdentifiedCall,
    looked: Missed,
    lookAgain: (asked: Asked) => Promise<LookResult>,
    activity: CachedActivity,
    context: Context,
  ): Promise<Answer | RawValue> {
    const reservations = looked.drawn && (await this.known.reservations());
    if (looked.drawn === undefined) return run(call, looked, question);
    // An Activity asks for the reservation again by itself.
    if (reservations === undefined)
      return { ...run(call, looked, question), unreserved: question.workflow !== undefined };
    const reserved = { scope: this.known.scope, activityType: question.activityType, key: call.key };
    const { ticket, saw } = question.waited ?? askedBy(looked, looked.drawn);
    const asked: Asked = { ticket, saw };
    const look = () => lookAgain(asked);
    const caller = callerOf(context, question, ticket);
    const name = this.nameOf(question);
    this.known.waits.add(name, question.waited ?? { ...asked, holder: '', isOut: false });
    try {
      let inquiry = await reservations.inquire(reserved, caller, question.waited);
      if (inquiry === 'look') {
        const seen = await look();
        if (seen.hit) return await this.hit(seen, question, context, asked);
        // There is no result that is new enough, so the call takes part in the next round.
        inquiry = await reservations.inquire(reserved, caller);
      }
      // A Worker that processes the reservation later need not wait for this call.
      if (inquiry === 'unreserved') await this.leave(call, question, context);
      if (inquiry === 'run' || inquiry === 'unreserved')
        return { ...run(call, looked, question), unreserved: true };
      const seen = await look();
      if (seen.hit) {
        // The value was stored in the meantime, so the call needs neither its turn nor its place in
        // the queue.
        if (inquiry === 'turn') await reservations.end(reserved, caller, 'stored');
        else if (typeof inquiry === 'object') await reservations.leave(reserved, caller);
        return await this.hit(seen, question, context, asked);
      }
      if (typeof inquiry === 'object') {
        const { waitMs } = activity;
        const { begin } = run(call, seen, question);
        const { activityType, activityId } = question;
        const of = { activityType, activityId };
        const { holder, epoch } = inquiry;
        this.known.waits.add(name, { ...asked, holder, epoch, isOut: false });
        return { answer: 'wait', key: call.key, of, ...asked, ...inquiry, waitMs, begin };
      }
      const granted = inquiry === 'turn';
      if (granted && context.cancellationSignal.aborted) await reservations.end(reserved, caller, 'released');
      return { ...run(call, seen, question), ...(granted && { granted, asked }) };
    } catch (error) {
      this.known.reporter.reservationError(error);
      return { ...run(call, looked, question), unreserved: question.workflow !== undefined };
    }
  }

  /**
   * The labelled value, or for a large value only the fact that it exists.
   * @param asked - set for a call that has waited
   */
  private async hit(
    { value, outcome, made = {} }: Extract<LookResult, { hit: true }>,
    { activityType, activityId, mostBytes, reportTo }: Question,
    context: Context,
    asked?: Asked,
  ): Promise<Answer | RawValue> {
    const { payload } = value as RawValue;
    const reported: Outcome = { status: asked === undefined ? 'hit' : 'joined', ...outcome };
    const label = encodeOutcome({ ...reported, of: { activityType, activityId } });
    const labelled = { ...payload, metadata: { ...payload.metadata, [OUTCOME_METADATA]: label } };
    const bytes = bytesOf(labelled);
    if (bytes > Math.min(mostBytes, this.room.left)) return largeOf(outcome, asked);
    this.room.left -= bytes;
    const own = resultOf(activityType, outcome);
    if (reportTo !== undefined) {
      const results = [...(made.results ?? []), ...(own === undefined ? [] : [own])];
      await reportDependencies(this.known, this.context, reportTo, {
        uses: made.uses ?? [],
        children: [],
        results,
      });
    }
    this.known.reporter.report(context, reported);
    return RawValue.fromPayload(labelled);
  }
}

const largeOf = ({ key }: { key: string }, asked: Asked | undefined): Answer => ({
  answer: 'large',
  key,
  ...(asked !== undefined && { asked: { ticket: asked.ticket, saw: asked.saw } }),
});

const run = (call: IdentifiedCall, missed: Missed, question: Question): RunAnswer => ({
  answer: 'run',
  key: call.key,
  why: missed.why,
  ...(question.workflow?.own !== undefined && { begin: pendingEntryOf(call, missed, question.workflow.own) }),
});

/** Undefined without a ticket, because then nothing can be stored. */
const pendingEntryOf = (
  { key, version, tags }: IdentifiedCall,
  { why, detail, drawn, digests }: Missed,
  own: OwnWorkflow,
): PendingEntry | undefined =>
  drawn && {
    key,
    version,
    why,
    detail,
    tags: own.tags ?? tags,
    ticket: drawn.ticket,
    startedAt: drawn.now,
    ...(digests ?? { parts: {} }),
  };

export const signedBy = (
  { key, version, ticket, startedAt }: PendingEntry,
  { activityType }: Question,
  chain = '',
  { info: { namespace } }: Context,
): Signed => ({ namespace, activityType, chain, key, version, ticket, startedAt });
