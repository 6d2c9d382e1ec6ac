import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CachePlugin, type CacheStore, PostgresStore, SqliteStore } from 'temporal-activity-cache';
import { fill } from './entries';

const ENTRIES = 100_000;

/** One thing done: how long it took beside filling the same store, and by how much memory grew meanwhile at most. */
export interface Done {
  name: string;
  ms: number;
  megabytes: number;
  /** Of the time that it took to fill the store. */
  share: number;
  aim: number;
  aimMegabytes: number;
  ok: boolean;
}

/** What an operator does with a store of 100,000 entries, as the command line does it. */
export async function bulk(url: string, say: (line: string) => void): Promise<Done[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const stores: [string, CacheStore][] = [
    ['SQLite', new SqliteStore(join(folder, 'cache.db'))],
    ['Postgres', new PostgresStore({ uri: url, schema: 'bulk' })],
  ];
  const done: Done[] = [];
  for (const [name, store] of stores) {
    say(`Filling ${name} with ${ENTRIES} entries …`);
    const began = performance.now();
    await fill(store, ENTRIES);
    const fillMs = performance.now() - began;
    const cache = new CachePlugin({ store });
    const list = async () => {
      let listed = 0;
      for await (const _ of cache.entries()) listed++;
      expectAll(listed);
    };
    const steps: [string, number, () => Promise<unknown>][] = [
      ['ls', 0.2, list],
      ['stats', 0.005, async () => expectAll((await cache.stats()).entries)],
      [
        'invalidate a tag of all',
        0.002,
        async () => expectAll((await cache.invalidate({ tag: 'every' })).entries),
      ],
      ['prune all of them', 0.5, async () => expectAll((await cache.prune()).entries)],
    ];
    for (const [step, aim, run] of steps) done.push(await measured(`${name}: ${step}`, { aim, fillMs }, run));
    await store.close();
  }
  rmSync(folder, { recursive: true });
  return done;
}

function expectAll(entries: number | undefined): void {
  if (entries !== ENTRIES) throw new Error(`${entries} entries, and not ${ENTRIES}`);
}

async function measured(
  name: string,
  { aim, fillMs }: { aim: number; fillMs: number },
  run: () => Promise<unknown>,
): Promise<Done> {
  const before = process.memoryUsage().rss;
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
  const began = performance.now();
  await run();
  const ms = performance.now() - began;
  clearInterval(watch);
  const megabytes = (Math.max(peak, process.memoryUsage().rss) - before) / 1e6;
  const aimMegabytes = 150;
  const share = ms / fillMs;
  return { name, ms, megabytes, share, aim, aimMegabytes, ok: share <= aim && megabytes <= aimMegabytes };
}

/** Prints them; answers whether no aim was missed. */
export function reportBulk(done: readonly Done[], json: boolean): boolean {
  if (json) console.log(JSON.stringify(done, null, 2));
  else {
    console.table(
      done.map(({ name, ms, megabytes, share, aim, aimMegabytes, ok }) => ({
        [`${ENTRIES} entries`]: name,
        took: `${ms.toFixed(0)} ms`,
        'of filling it': share.toFixed(4),
        aim: `≤ ${aim}`,
        memory: `+${Math.max(0, megabytes).toFixed(0)} MB`,
        'memory aim': `≤ ${aimMegabytes} MB`,
        verdict: ok ? 'ok' : 'missed',
      })),
    );
  }
  return done.every(({ ok }) => ok);
}
