/** Which execution computed a value, as it is written to an entry and told of a hit. */
import type { Info } from '@temporalio/activity';
import type { EntryFacts } from '../../entry';
import type { Origin, Outcome } from '../../wire/outcome';

export function placeOf(info: Info): EntryFacts['origin'] {
  const { namespace, attempt, workflowType } = info;
  return { ...originOf(info), namespace, attempt, workflowType };
}

function originOf(info: Info): Origin {
  const { workflowExecution, activityRunId, activityId } = info;
  return {
    workflowId: workflowExecution?.workflowId,
    runId: workflowExecution?.runId ?? activityRunId,
    activityId,
  };
}

export function outcomeOf(facts: EntryFacts, storedAt: number): Omit<Outcome, 'status'> {
  const { workflowId, runId, activityId } = facts.origin;
  return {
    key: facts.key,
    version: facts.version,
    origin: { workflowId, runId, activityId },
    storedAt: new Date(storedAt).toISOString(),
    durationMs: facts.durationMs,
  };
}
