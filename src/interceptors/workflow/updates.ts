/**
 * Updates that arrive while a whole Workflow is looked up. Its handlers are not set yet, and what nobody handles by the end of an activation
 * Temporal's SDK refuses: so they are held back as long as the look-up takes, which is within one Workflow Task.
 */
import { getActivator } from '@temporalio/workflow/lib/global-attributes';

export class Updates {
  private readonly held: ReturnType<typeof buffered> = [];
  private holding = false;

  async heldDuring<T>(look: () => Promise<T>): Promise<T> {
    this.holding = true;
    try {
      return await look();
    } finally {
      this.holding = false;
      buffered().unshift(...this.held.splice(0));
    }
  }

  /** To be called in each activation, when its jobs have been handled. */
  arrived(): void {
    if (this.holding) this.held.push(...buffered().splice(0));
  }
}

const buffered = () => getActivator().bufferedUpdates;
