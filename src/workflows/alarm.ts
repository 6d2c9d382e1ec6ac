import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

/** Rings once, at the time that was set last. Setting the same time again costs no event. */
export class Alarm {
  private at?: number;
  private scope?: CancellationScope;
  rings = false;

  set(at: number): void {
    if (at === this.at) return;
    this.clear();
    this.at = at;
    const scope = (this.scope = new CancellationScope());
    const ring = async () => {
      await sleep(Math.max(1, at - Date.now()));
      this.rings = true;
    };
    scope.run(ring).catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
  }

  clear(): void {
    this.scope?.cancel();
    this.scope = undefined;
    this.at = undefined;
    this.rings = false;
  }
}
