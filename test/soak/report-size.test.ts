/** A run with more rows than the answer of a query may hold. */
import { cacheContext, cached, CachePlugin, cacheReport } from 'temporal-activity-cache';
import type { CacheReport } from 'temporal-activity-cache/workflow';
import { bundle, withWorker } from '../helpers/temporal';

test('the query answers with the latest rows and exact totals, and cacheReport(handle) has all', async () => {
  const f = cached('auto', async (x: number) => {
    cacheContext()!.skip(`reason ${x} `.padEnd(9_000, '.'));
    return x;
  });
  const plugins = [new CachePlugin({ store: 'memory:' })];
  const workflowBundle = await bundle({ plugins: [...plugins] });
  await withWorker({ activities: { f }, workflowBundle, plugins: [...plugins] }, async ({ start }) => {
    const steps = Array.from({ length: 300 }, (_, i) => ({ type: 'f', args: [i] }));
    const handle = await start('sequence', steps);
    await handle.result();
    const { rows, totals } = await cacheReport(handle);
    expect(rows).toHaveLength(300);
    const asked = await handle.query<CacheReport>('activity-cache.report');
    expect(asked.totals).toEqual(totals);
    expect(asked.rows).toEqual(rows.slice(-asked.rows.length));
    expect(asked.omittedRows).toBe(300 - asked.rows.length);
    expect(asked.rows.length).toBeGreaterThan(50);
  });
});
