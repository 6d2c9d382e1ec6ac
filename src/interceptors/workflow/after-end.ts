/**
 * Drops what a run commands after its end. Such commands arise where code goes on in the Workflow
 * Task in which the run has ended, for example because a call was cancelled there before it was
 * sent. The server refuses all commands of the Workflow Task then, again and again. A look-up makes
 * such calls more frequent: a miss is scheduled in the Workflow Task in which a hit ends the run.
 */
import type { ConcludeActivationInput } from '@temporalio/workflow';
import { isCompleted } from './sdk';

export class AfterEnd {
  private hasEnded = false;

  /**
   * Must be called at the end of each activation. Commands of the activation that ends the run are
   * kept, because Temporal's SDK sends them before the end.
   */
  allowed(input: ConcludeActivationInput): ConcludeActivationInput {
    const { hasEnded } = this;
    this.hasEnded = isCompleted();
    if (!hasEnded) return input;
    const isAnswer = ({ respondToQuery }: { respondToQuery?: unknown }) => respondToQuery != null;
    return { ...input, commands: input.commands.filter(isAnswer) };
  }
}
