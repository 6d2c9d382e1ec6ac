/**
 * Collects which entries were hit, and writes that to the store from time to time, so that a hit
 * itself writes nothing.
 */

/** The use of an entry is written at most once in this time. */
const AGAIN_AFTER_MS = 3_600_000;
const WRITE_AFTER_MS = 30_000;
const BATCH = 500;
const MAX_REMEMBERED = 100_000;

export class UseLog {
  private pending = new Set<string>();
  private recent = new Set<string>();
  private recentSince = performance.now();
  private timer?: NodeJS.Timeout;

  /** @param write - must not reject */
  constructor(private readonly write: (keys: string[]) => Promise<void>) {}

  used(key: string): void {
    if (performance.now() - this.recentSince > AGAIN_AFTER_MS || this.recent.size >= MAX_REMEMBERED) {
      this.recent = new Set();
      this.recentSince = performance.now();
    }
    if (this.recent.has(key)) return;
    this.recent.add(key);
    this.pending.add(key);
    if (this.pending.size >= BATCH) void this.flush();
    this.timer ??= setTimeout(() => void this.flush(), WRITE_AFTER_MS).unref();
  }

  /** Writes the uses that were not written yet. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const keys = [...this.pending];
    this.pending = new Set();
    if (keys.length > 0) await this.write(keys);
  }
}
