import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import { cached, CachePlugin, cacheReport } from 'temporal-activity-cache';
import { address, withWorker } from '../helpers/temporal';

const folder = mkdtempSync(join(tmpdir(), 'serialize-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newStore = () => `sqlite:${join(folder, `${++files}.db`)}`;

async function callers(n: number, body: (i: number) => Promise<unknown>, options: object = {}) {
  let runs = 0;
  const f = cached({ behavior: 'auto', serialize: true }, async (_x: number) => body(++runs));
  const plugin = new CachePlugin({ store: newStore() });
  const connection = await NativeConnection.connect({ address: address(), plugins: [plugin] });
  try {
    return await withWorker(
      { activities: { f }, plugins: [plugin], connection, ...options } as never,
      async ({ start }) => {
        const t = performance.now();
        const handles = await Promise.all(
          Array.from({ length: n }, () => start('sequence', [{ type: 'f', args: [7] }])),
        );
        const results = await Promise.all(handles.map((h) => h.result()));
        const ms = performance.now() - t;
        const reports = await Promise.all(handles.map((h) => cacheReport(h)));
        const statuses = reports
          .map(({ rows }) => rows.map((r) => [r.status, r.why].filter(Boolean).join(' ')).join())
          .sort();
        const counts: Record<string, number> = {};
        for (const s of statuses) counts[s] = (counts[s] ?? 0) + 1;
        return { runs, ms, results: [...new Set(results.map((r) => JSON.stringify(r)))], counts };
      },
    );
  } finally {
    await connection.close();
  }
}

test('first try', async () => {
  console.log(JSON.stringify(await callers(1, async () => sleep(100, 'v'))));
  console.log(JSON.stringify(await callers(50, async () => sleep(1000, 'v'))));
  console.log(
    JSON.stringify(
      await callers(3, async (i) => {
        if (i === 1) throw new Error('first fails');
        return sleep(300, 'v');
      }),
    ),
  );
  console.log(
    JSON.stringify(
      await callers(200, async () => sleep(500, 'v'), { maxConcurrentActivityTaskExecutions: 250 }),
    ),
  );
});
