import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { cached, CachePlugin, type CacheStore, PostgresStore, SqliteStore } from 'temporal-activity-cache';
import type { EntryRecord } from 'temporal-activity-cache/store';
import { mockActivityInterceptors } from 'temporal-activity-cache/testing';
import { compare, type Line } from '../measure';
import { fillLike } from '../store/entries';

const MANY = 100_000;
const FEW = 1_000;

/** Explaining an entry of an Activity that has 100,000 of them, against one that has 1,000. */
export async function among(url: string, say: (line: string) => void): Promise<Line[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const stores: [string, (name: string) => CacheStore][] = [
    ['SQLite', (name) => new SqliteStore(join(folder, `${name}.db`))],
    ['Postgres', (name) => new PostgresStore({ uri: url, schema: name })],
  ];
  const lines: Line[] = [];
  for (const [name, open] of stores) {
    say(`Filling ${name} with ${MANY} entries …`);
    const sides = { ours: await filled(open('many'), MANY), other: await filled(open('few'), FEW) };
    lines.push(
      await compare({
        name: `explain an entry among ${MANY} on ${name}, against ${FEW}`,
        unit: 'ms',
        aim: { value: 100 },
        rounds: 11,
        calls: 2,
        ours: sides.ours.explain,
        other: sides.other.explain,
      }),
    );
    for (const { cache } of Object.values(sides)) await cache.close();
  }
  rmSync(folder, { recursive: true });
  return lines;
}

async function filled(store: CacheStore, entries: number) {
  const cache = new CachePlugin({ store });
  const f = cached({ version: '1' }, async (data: object, params: object) => [data, params]);
  const interceptors = mockActivityInterceptors(cache, { f });
  const env = new MockActivityEnvironment({ activityType: 'f' }, { interceptors });
  await env.run(f, { rows: [1, 2, 3, 4] }, { depth: 4, trees: 8, name: 'first' });
  const [record] = await listed(store);
  await fillLike(store, entries, record!);
  // The newest, so that all others were there before it.
  const [newest] = await listed(store);
  const explain = async () => {
    const [found] = await cache.explain({ key: newest!.key });
    if (found?.against === undefined) throw new Error('Nothing to compare with');
  };
  return { cache, explain };
}

async function listed(store: CacheStore): Promise<EntryRecord[]> {
  const records: EntryRecord[] = [];
  for await (const record of store.entries({})) {
    records.push(record);
    if (records.length === 1) break;
  }
  return records;
}
