import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { cached, CachePlugin, type CacheOptions } from 'temporal-activity-cache';
import { mockActivityInterceptors } from 'temporal-activity-cache/testing';
import { compare, type Line } from '../measure';

/** A miss whose version says what it is made of, against one with a version of its own, which has nothing to say. */
export async function misses(): Promise<Line[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const logger = new DefaultLogger('INFO', () => undefined);
  const runner = (options: CacheOptions, file: string) => {
    const f = cached(options, async (x: number) => ({ x, text: 'x'.repeat(1_000) }));
    const plugin = new CachePlugin({ store: `sqlite:${join(folder, file)}` });
    const interceptors = mockActivityInterceptors(plugin, { f });
    const env = new MockActivityEnvironment({ activityType: 'f' }, { interceptors, logger });
    let x = 0;
    return { plugin, run: () => env.run(f, ++x) };
  };
  const auto = runner({ behavior: 'auto' }, 'auto.db');
  const given = runner({ version: '1' }, 'given.db');
  const line = await compare({
    name: "a miss with 'auto' on SQLite, against one with a version of its own",
    unit: 'µs',
    aim: { ratio: 1.1 },
    rounds: 41,
    calls: 50,
    ours: auto.run,
    other: given.run,
  });
  for (const { plugin } of [auto, given]) await plugin.close();
  rmSync(folder, { recursive: true });
  return [line];
}
