/**
 * The last miss of each call of this process, so that a new miss says at once what is new, without
 * asking the store.
 */
import type { Info } from '@temporalio/activity';
import { differencesBetween, inShort, type KeyFacts } from './difference';

/** The number of calls that a process remembers. */
const MAX_CALLS = 1_000;

interface LastCall {
  key: string;
  runId: string | undefined;
  facts: KeyFacts;
  answer: string | undefined;
}

export class LastCalls {
  private readonly calls = new Map<string, LastCall>();

  /**
   * Remembers this call, and tells in short how it differs from the last one of the same Activity
   * in the same Workflow type.
   * @returns undefined for the first call, and for one that does not differ
   */
  compare(
    { workflowType, activityType, activityId, workflowExecution }: Info,
    key: string,
    facts: KeyFacts,
  ): string | undefined {
    const name = JSON.stringify([workflowType, activityType, activityId]);
    const runId = workflowExecution?.runId;
    const last = this.calls.get(name);
    // The Activity asks once more after the look-up in its Workflow.
    if (last?.key === key && last.runId === runId) return last.answer;
    const answer = last && (inShort(differencesBetween(last.facts, facts)) || undefined);
    this.calls.delete(name);
    this.calls.set(name, { key, runId, facts, answer });
    if (this.calls.size > MAX_CALLS) this.calls.delete(this.calls.keys().next().value!);
    return answer;
  }
}
