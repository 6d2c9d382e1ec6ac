/** The caller of `prune` calls it again and again, and each call is one step of the same pass. */
import type { Pruned, PruneLimits } from '../store';
import type { Pass } from './pass';
import { inTurn } from './turns';

/** A pass that stood still for longer is started again from the beginning. */
const IDLE_MS = 60_000;

export class Pruning {
  private pass?: Pass;

  constructor(private readonly begin: (onlyInvalidated: boolean) => Pass) {}

  private async end(): Promise<void> {
    const { pass } = this;
    this.pass = undefined;
    await pass?.end();
  }

  /** Runs one step of the current pass, or of a new one. */
  step({ maxBytes = Infinity, onlyInvalidated = false }: PruneLimits): Promise<Pruned> {
    return inTurn('prune', async () => {
      const { pass: begun } = this;
      if (begun?.onlyInvalidated !== onlyInvalidated || begun.idleMs > IDLE_MS) await this.end();
      const pass = (this.pass ??= this.begin(onlyInvalidated));
      try {
        const pruned = await pass.step(maxBytes);
        if (pass.done) await this.end();
        return pruned;
      } catch (error) {
        await this.end();
        throw error;
      }
    });
  }
}
