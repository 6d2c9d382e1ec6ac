/**
 * Runs a whole Workflow that is cached: gate → look → hit, and none of its code runs, or run →
 * store → release.
 *
 * - A Workflow that is not declared as cached, or that the gate rejects, is passed on unchanged.
 * - `next` is called at most once.
 * - Failures, and what a cancelled run returns, are never stored. A run that continues as new
 *   passes everything on, and the last run stores.
 */
import { type Payload, RawValue, type TypeInfo, ValueError } from '@temporalio/common';
import {
  CancellationScope,
  ContinueAsNew,
  log,
  type Next,
  type WorkflowExecuteInput,
  type WorkflowInboundCallsInterceptor,
  workflowInfo,
} from '@temporalio/workflow';
import { versioningBehavior, workflowFunction, workflowTypeInfo as typeInfo } from './sdk';
import type { CollectorAddress, Used } from '../../wire/uses';
import { type Declaration, declarationOf, tagsOf } from '../../options/cached-workflow';
import { saidWhether } from '../../options/layer';
import { type CallSiteOptions, readCall } from '../../options/call-site';
import { CALL, CONTINUATION, OUTCOME_METADATA, STORE } from '../../wire/names';
import { modeFor } from '../../wire/run-control';
import { UNLIMITED_MS } from '../../wire/reservation';
import { payloadsOf, valueOf } from './ask';
import { askHost } from './ask-host';
import { type Continuation, continuationOf } from '../../wire/continuation';
import type { HostQueue } from './host-queue';
import { NO_LIMIT } from './limit';
import type { PendingEntry, OwnWorkflow, Question, ToStore, Waited } from '../../wire/questions';
import { nextRun, type Run } from './run';
import { settle } from './settle';
import { waitForDecision } from './wait-for-decision';
import { collectorAddressOf, standing } from './collector';
import { queueAfter, reportDependencies } from './uses';

type Execute = Next<WorkflowInboundCallsInterceptor, 'execute'>;

export function executeWorkflow(run: Run, input: WorkflowExecuteInput, next: Execute): Promise<unknown> {
  const { workflowType } = workflowInfo();
  const declaration = declarationOf(workflowFunction());
  const continuation = continuationOf(input.headers[CONTINUATION], workflowInfo());
  const { cache } = readCall(input.headers[CALL]);
  const isCached = continuation !== undefined || cache !== undefined || declaration !== undefined;
  const reportTo = collectorAddressOf(input.headers);
  const isDisabled = (cache as CallSiteOptions | undefined)?.behavior === 'disable';
  const mode = modeFor(run.control, continuation?.question.activityType ?? workflowType);
  const isOff = mode === 'off' || (isDisabled && continuation === undefined);
  if (!isCached && reportTo === undefined) return next(input);
  if (!run.gate.opens(`workflow/${workflowType}`)) return next(input);
  if (!isCached || isOff)
    return reportTo === undefined ? next(input) : runForCollector(run, input, reportTo, next);
  const whole = new CachedWorkflowRun(run, input, declaration, reportTo);
  if (continuation === undefined) return whole.execute(cache, next);
  return whole.resume(
    { ...continuation, reportTo: continuation.reportTo && standing(continuation.reportTo) },
    next,
  );
}

/** Runs a Workflow that is not cached itself, and reports what it uses to the collector above. */
async function runForCollector(
  run: Run,
  input: WorkflowExecuteInput,
  reportTo: CollectorAddress,
  next: Execute,
): Promise<unknown> {
  run.collect(reportTo.collector);
  const value = await next(input).catch(async (error: unknown) => {
    if (error instanceof ContinueAsNew) run.uses?.addChild(nextRun(), queueAfter(error));
    await report(run.host, error instanceof ContinueAsNew ? reportTo : ofFailure(reportTo), run.uses?.used);
    throw error;
  });
  await report(run.host, reportTo, run.uses?.used);
  return value;
}

/**
 * The address under which a run that fails reports. If the run may be retried, its report must not
 * be confused with that of the attempt which returns. A Workflow above that catches the failure
 * still depends on what the run used.
 */
const ofFailure = (to: CollectorAddress): CollectorAddress =>
  workflowInfo().retryPolicy === undefined
    ? to
    : { ...to, workflowId: `${to.workflowId} failed in ${workflowInfo().runId}` };

const TOO_MUCH: Used = { uses: [], children: [], tooMuch: true };

const report = (host: HostQueue, reportTo: CollectorAddress, used = TOO_MUCH): Promise<void> =>
  reportDependencies(host, reportTo, used);

class CachedWorkflowRun {
  constructor(
    private readonly run: Run,
    private readonly input: WorkflowExecuteInput,
    private readonly declaration: Declaration | undefined,
    private readonly reportTo: CollectorAddress | undefined,
  ) {}

  async execute(cache: unknown, next: Execute): Promise<unknown> {
    const question = this.question(cache);
    const { run } = this;
    const { headers } = this.input;
    const args = payloadsOf(this.input.args, question.activityId, typeInfo());
    const caller = { id: callerId(), activityType: question.activityType };
    const look = (waited?: Waited) =>
      run.updates.heldDuring(() =>
        run.host.lookUp({ question: { ...question, waited }, args, headers, mostBytes: WHOLE_BYTES }),
      );
    const decision = await waitForDecision(run, caller, await look(), look, NO_LIMIT);
    if (decision.hit !== undefined) return returned(decision.hit);
    if (decision.answer !== 'run' || decision.begin === undefined) return this.uncached(next);
    const { granted, unreserved } = decision;
    const begin: PendingEntry = unreserved ? { ...decision.begin, why: 'unserialized' } : decision.begin;
    const { reportTo } = this;
    return this.resume(
      { question, begin, ranMs: 0, collector: caller.id, reportTo, ...(granted && { turnOf: caller.id }) },
      next,
    );
  }

  private uncached(next: Execute): Promise<unknown> {
    const { run, input, reportTo } = this;
    return reportTo === undefined ? next(input) : runForCollector(run, input, reportTo, next);
  }

  /** Runs the Workflow, or continues it, and stores what it returns. */
  async resume(continuation: Continuation, next: Execute): Promise<unknown> {
    const began = Date.now();
    const ranMs = () => continuation.ranMs + Date.now() - began;
    const { turnOf, begin } = continuation;
    const { run } = this;
    if (begin.keepsUses || begin.ambiguous !== undefined)
      run.collect(continuation.collector, continuation.used);
    const toNextRun = () => ({ ...continuation, ranMs: ranMs(), used: this.usedBy(begin) ?? TOO_MUCH });
    run.handToNextRun(toNextRun, turnOf === undefined ? [] : [begin.key]);
    let value: unknown;
    try {
      value = await next(this.input);
    } catch (error) {
      if (error instanceof ContinueAsNew) throw error;
      await this.endTurn(continuation, 'failed');
      if (continuation.reportTo !== undefined)
        await report(run.host, ofFailure(continuation.reportTo), this.usedBy(begin));
      throw error;
    }
    await this.store(value, continuation, ranMs());
    return value;
  }

  private question(cache: unknown): Question {
    const { workflowType, workflowRunTimeoutMs, workflowExecutionTimeoutMs } = times();
    return {
      activityType: workflowType,
      activityId: '',
      cache,
      mostBytes: WHOLE_BYTES,
      reportTo: this.reportTo,
      forMs: Math.min(UNLIMITED_MS, workflowExecutionTimeoutMs || workflowRunTimeoutMs || UNLIMITED_MS),
      workflow: {
        own: {
          source: Function.prototype.toString.call(workflowFunction()),
          declared: this.declaration?.data,
          chain: chain(),
          versioning: versioningBehavior(),
          ...this.tags(),
        },
      },
    };
  }

  /**
   * If the user's `tags` function throws, the Workflow runs and is not stored. The host is asked
   * all the same, so that a run that has begun replays after the function is fixed.
   */
  private tags(): Pick<OwnWorkflow, 'tags' | 'isBypassed'> {
    if (this.declaration === undefined) return {};
    try {
      return { tags: tagsOf(this.declaration, this.input.args) };
    } catch (error) {
      const { workflowType } = workflowInfo();
      log.warn(`activity cache: policy-error · ${workflowType}: fix the 'tags' function that threw`, {
        error,
      });
      return { isBypassed: true };
    }
  }

  private async store(value: unknown, continuation: Continuation, durationMs: number): Promise<void> {
    const { question, begin, turnOf, collector, reportTo } = continuation;
    const unwanted = await this.unwanted(value);
    const values = unwanted === undefined ? sendable(value) : [];
    // The run fails as it does without a cache.
    if (values === undefined) return this.endTurn(continuation, 'failed');
    const used = this.usedBy(begin);
    const toStore: ToStore = {
      question,
      begin,
      durationMs,
      unwanted,
      turnOf,
      collector,
      reportTo,
      used,
      chain: chain(),
    };
    const summary = `cache store · ${question.activityType}`;
    const stored = await this.run.host.call(() => askHost(STORE, summary, toStore, values), true);
    // The Workflow returns its result even if it was not stored.
    if (stored !== undefined) return;
    await this.endTurn(continuation, 'unstored');
    if (begin.keepsUses && reportTo !== undefined)
      await report(this.run.host, reportTo, { uses: [], children: [], unkept: NOT_STORED });
  }

  private async endTurn(
    { turnOf, begin, question }: Continuation,
    outcome: 'failed' | 'unstored',
  ): Promise<void> {
    const { activityType } = question;
    if (turnOf !== undefined) await settle(this.run, { activityType, key: begin.key, id: turnOf, outcome });
  }

  /**
   * A Workflow with a version of its own is a unit: Workflows above do not depend on the code that
   * it used either.
   */
  private usedBy({ ambiguous }: PendingEntry): Used | undefined {
    const { uses } = this.run;
    if (ambiguous !== undefined) return uses?.used;
    return uses === undefined ? { uses: [], children: [] } : uses.usedByUnit;
  }

  private async unwanted(value: unknown): Promise<ToStore['unwanted']> {
    if (CancellationScope.current().consideredCancelled) return 'skipped';
    try {
      const { cacheIf } = this.declaration ?? {};
      const wanted = cacheIf === undefined || saidWhether(await cacheIf(value, this.input.args));
      return wanted ? undefined : 'cache-if';
    } catch (error) {
      log.warn(`activity cache: cache-if · ${workflowInfo().workflowType}: fix the 'cacheIf' function`, {
        error,
      });
      return 'cache-if';
    }
  }
}

/**
 * The maximum size of a whole Workflow's value, in bytes. It is nearly all that its run has in its
 * history.
 */
const WHOLE_BYTES = 2 * 1024 * 1024;

/**
 * The value of a hit. A value that no converter can read was stored as a RawValue, and is returned
 * as one.
 */
function returned(hit: Payload): unknown {
  try {
    return valueOf(hit, context(), typeInfo()?.outputType);
  } catch (error) {
    const { [OUTCOME_METADATA]: _label, ...metadata } = hit.metadata ?? {};
    if (!(error instanceof ValueError)) throw error;
    return RawValue.fromPayload({ ...hit, metadata });
  }
}

/** The result as payloads. Undefined if the converter rejects it. */
function sendable(value: unknown): RawValue[] | undefined {
  try {
    return payloadsOf([value], '', { inputTypes: [typeInfo()?.outputType as TypeInfo] });
  } catch {
    return undefined;
  }
}

const NOT_STORED = 'the result of a child could not be stored';

const times = () => {
  const { workflowType, runTimeoutMs, executionTimeoutMs } = workflowInfo();
  return { workflowType, workflowRunTimeoutMs: runTimeoutMs, workflowExecutionTimeoutMs: executionTimeoutMs };
};

/** The id shared by all runs that continue one another. The server assigns it. */
const chain = (): string => workflowInfo().firstExecutionRunId;

const callerId = (): string => {
  const { workflowId, runId } = workflowInfo();
  return `${workflowId}/${runId}`;
};

const context = () => {
  const { namespace, workflowId } = workflowInfo();
  return { type: 'workflow', namespace, workflowId } as const;
};
