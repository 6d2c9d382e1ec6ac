/** Who prunes a Keyv calls again and again: each call is a step of one pass. */
import type { Pruned, PruneLimits } from '../store';
import type { Pass } from './pass';
import { inTurn } from './turns';

/** A pass that nobody went on with is begun anew. */
const IDLE_MS = 60_000;

export class Pruning {
  private pass?: Pass;

  constructor(private readonly begin: (onlyInvalidated: boolean) => Pass) {}

  private async end(): Promise<void> {
    const { pass } = this;
    this.pass = undefined;
    await pass?.end();
  }

  /** One step of the pass that is under way, or of a new one. */
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
