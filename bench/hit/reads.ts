import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DefaultLogger } from '@temporalio/worker';
import { MockActivityEnvironment } from '@temporalio/testing';
import Database from 'libsql';
import { cached, CachePlugin } from 'temporal-activity-cache';
import { mockActivityInterceptors } from 'temporal-activity-cache/testing';
import { compare, type Line } from '../measure';

/** A hit of 1 kB through the interceptors, from the call to the value, against an Activity that does no more than read a row of that size. */
export async function reads(): Promise<Line[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const path = join(folder, 'cache.db');
  let runs = 0;
  const f = cached('auto', async (_x: number) => {
    runs++;
    return { text: 'x'.repeat(1_000) };
  });
  const interceptors = mockActivityInterceptors(new CachePlugin({ store: `sqlite:${path}` }), { f });
  const logger = new DefaultLogger('INFO', () => undefined);
  const env = new MockActivityEnvironment({ activityType: 'f' }, { interceptors, logger });
  await env.run(f, 1);

  const raw = new Database(path);
  raw.exec('CREATE TABLE raw(key TEXT PRIMARY KEY, data BLOB)');
  raw.prepare('INSERT INTO raw VALUES(?, ?)').run(['k', Buffer.alloc(2_000, 'x')]);
  const read = raw.prepare('SELECT data FROM raw WHERE key = ?');
  const bare = new MockActivityEnvironment({ activityType: 'read' }, { logger });
  const line = await compare({
    name: 'hit of 1 kB on SQLite, against an Activity that reads a row',
    unit: 'µs',
    aim: { ratio: 6 },
    rounds: 41,
    calls: 200,
    ours: () => env.run(f, 1),
    other: () => bare.run(async () => read.get(['k'])),
  });
  if (runs !== 1) throw new Error(`These were no hits: the body ran ${runs} times`);
  raw.close();
  rmSync(folder, { recursive: true });
  return [line];
}
