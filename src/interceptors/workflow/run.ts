/** What one run of a Workflow knows of its caching. */
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

// On the run's own object, under a registered symbol: user code may have another copy of this package than the interceptor.
const RUN = Symbol.for('temporal-activity-cache/run');

const taskNow = (): unknown => workflowInfo().historyLength;

export class Run {
  /** What it hands on to all that it schedules. */
  headers?: Headers;
  control?: TravellingControl;
  readonly waiting = new Waiting();
  readonly report = new RunReport();
  readonly updates = new Updates();
  readonly host = new HostQueue(new Budget(taskNow), taskNow);
  readonly gate = new Gate(this.host);

  /** Kept where somebody wants to know. */
  uses?: Uses;

  /** From now on the run keeps what it uses for `collector`. Workflows below the run report to it too. */
  collect(collector: string, before?: Used): void {
    this.uses = new Uses(before, () => this.report.now().rows);
    this.report.onResult = this.uses.arrived;
    this.headers = { ...this.headers, [COLLECTOR]: writeCollector(collector) };
  }

  private continuation: (() => Continuation) | undefined;

  /** It is computed for the cache, and whoever continues it goes on with that. @param held - the keys that it has the turns of */
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

/** What the run that continues this one is called among children: its own word is to be there too. */
export const nextRun = (): string => `${workflowInfo().workflowId} after ${workflowInfo().runId}`;

/** Of the run that begins. */
export function beginRun(): Run {
  const run = new Run();
  Object.defineProperty(runObject(), RUN, { value: run });
  return run;
}

/** Of the run that this code is in; undefined without our interceptor. */
export const runNow = (): Run | undefined => (runObject() as { [RUN]?: Run } | undefined)?.[RUN];
