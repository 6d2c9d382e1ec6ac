/**
 * Holds back Updates that arrive while a whole Workflow is looked up. The handlers of the Workflow
 * are not set yet, and Temporal's SDK rejects Updates that have no handler at the end of an
 * activation. The look-up takes less than one Workflow Task.
 */
import { bufferedUpdates } from './sdk';

export class Updates {
  private readonly held: ReturnType<typeof bufferedUpdates> = [];
  private holding = false;

  async heldDuring<T>(look: () => Promise<T>): Promise<T> {
    this.holding = true;
    try {
      return await look();
    } finally {
      this.holding = false;
      bufferedUpdates().unshift(...this.held.splice(0));
    }
  }

  /** Must be called in each activation after its jobs have been handled. */
  arrived(): void {
    if (this.holding) this.held.push(...bufferedUpdates().splice(0));
  }
}
