/** The caching state of one run of a Workflow. */
import type { Headers } from '@temporalio/common';
import { workflowInfo } from '@temporalio/workflow';
import { runObject } from './sdk';
import { readHeld, type TravellingControl, writeHeld } from '../../wire/run-control';
import { COLLECTED_AS, COLLECTOR, CONTINUATION, HELD } from '../../wire/names';
import { Budget } from '../../wire/budget';
import { type Continuation, writeContinuation } from '../../wire/continuation';
import type { Used } from '../../wire/uses';
import { Gate } from './gate';
import { HostQueue } from './host-queue';
import { RunReport } from './run-report';
import { Updates } from './updates';
import { Uses, writeCollector } from './uses';
import { Waiting } from './waiting';

// The state is on the run's own object, under a registered symbol, because user code may load
// another copy of this package than the interceptor.
const RUN = Symbol.for('temporal-activity-cache/run');

const taskNow = (): unknown => workflowInfo().historyLength;

export class Run {
  /** The headers that the run passes on to everything it schedules. */
  headers?: Headers;
  control?: TravellingControl;
  readonly waiting = new Waiting();
  readonly report = new RunReport();
  readonly updates = new Updates();
  readonly host = new HostQueue(new Budget(taskNow), taskNow, () => this.waiting.isAny);
  readonly gate = new Gate(this.host);

  /** Set if a collector wants to know what the run uses. */
  uses?: Uses;

  /**
   * From now on the run collects what it uses for `collector`. Workflows below the run also report
   * to it.
   */
  collect(collector: string, before?: Used): void {
    this.uses = new Uses(before, () => this.report.now().rows);
    this.report.onResult = this.uses.arrived;
    this.headers = { ...this.headers, [COLLECTOR]: writeCollector(collector) };
  }

  private continuation: (() => Continuation) | undefined;

  /**
   * Marks the run as computed for the cache. The run that continues this one resumes from
   * `continuation`.
   * @param held - the keys whose reservations this run holds
   */
  handToNextRun(continuation: () => Continuation, held: readonly string[]): void {
    this.continuation = continuation;
    if (held.length > 0)
      this.headers = {
        ...this.headers,
        [HELD]: writeHeld([...new Set([...readHeld(this.headers?.[HELD]), ...held])]),
      };
  }

  readonly handOnToNextRun = <I extends { headers: Headers }>(input: I): I => {
    const handed = this.handOn(input);
    const { continuation, uses } = this;
    const more = (headers: Headers): I => ({ ...handed, headers: { ...handed.headers, ...headers } });
    if (continuation !== undefined)
      return more({ [CONTINUATION]: writeContinuation({ ...continuation(), from: workflowInfo().runId }) });
    return uses === undefined ? handed : more({ [COLLECTED_AS]: writeCollector(nextRun()) });
  };

  readonly handOn = <I extends { headers: Headers }>(input: I): I =>
    this.headers === undefined ? input : { ...input, headers: { ...input.headers, ...this.headers } };
}

/** The name of the run that continues this one, among children: that run reports separately. */
export const nextRun = (): string => `${workflowInfo().workflowId} after ${workflowInfo().runId}`;

/** Creates the state of the run that begins. */
export function beginRun(): Run {
  const run = new Run();
  Object.defineProperty(runObject(), RUN, { value: run });
  return run;
}

/** The state of the run that this code is in. Undefined without our interceptor. */
export const runNow = (): Run | undefined => (runObject() as { [RUN]?: Run } | undefined)?.[RUN];
