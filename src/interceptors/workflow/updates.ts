/**
 * Updates that arrive while a whole Workflow is looked up. Its handlers are not set yet, and what nobody handles by the end of an activation
 * Temporal's SDK refuses: so they are held back as long as the look-up takes, which is within one Workflow Task.
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

  /** To be called in each activation, when its jobs have been handled. */
  arrived(): void {
    if (this.holding) this.held.push(...bufferedUpdates().splice(0));
  }
}
