/** A cache in a file of its own, whose clock is set by hand. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteStore } from 'temporal-activity-cache';
import { seed, type Seed } from './entries';
import { run, type Seen, type Setting } from './run';

export class CacheFile {
  private readonly folder = mkdtempSync(join(tmpdir(), 'cli-'));
  readonly path = join(this.folder, 'cache.db');
  now = Date.UTC(2026, 2, 1, 12);
  readonly open = (): SqliteStore => new SqliteStore(this.path, { clock: () => this.now });

  /** One after another, a second between them. @returns their keys */
  async seed(...entries: Seed[]): Promise<string[]> {
    const keys: string[] = [];
    await this.with(async (store) => {
      for (const entry of entries) {
        this.now += 1_000;
        keys.push(await seed(store, entry));
      }
    });
    return keys;
  }

  async with<T>(work: (store: SqliteStore) => Promise<T>): Promise<T> {
    const store = this.open();
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }

  run(line: string, setting: Setting = {}): Promise<Seen> {
    return run(line, { store: this.open, ...setting });
  }

  /** What is listed now, oldest first: Activity type and what the key was made of. */
  async left(): Promise<string[]> {
    const { out } = await this.run('ls --json');
    return (JSON.parse(out) as { activityType: string; scope: string }[])
      .map(({ activityType, scope }) => (scope === '' ? activityType : `${scope}:${activityType}`))
      .reverse();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
