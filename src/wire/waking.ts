/** The waking of many waiting Workflows, which a reservation leaves to its host. */
import type { Verdict } from './reservation';

export interface WakeUp {
  workflowId: string;
  runId?: string;
  /** The id of the caller that waits. */
  id: string;
  verdict: Verdict | 'turn';
}

export interface WakingActivities {
  wakeAll(wakeUps: readonly WakeUp[]): Promise<void>;
}
