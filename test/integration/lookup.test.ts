/** Calls with `cache` are looked up in the Workflow, before they are scheduled. */
import { cached, cacheReport, type CacheReport, type CacheReportRow } from 'temporal-activity-cache';
import { countOf, eventsOf, expectOneExecution, withLookups } from '../helpers/lookups';

/** Between a Workflow's clock and its history there may be a millisecond. */
const withoutAge = ({ ageMs: _, ...row }: CacheReportRow) => row;

const steps = (n: number) =>
  Array.from({ length: n }, (_, i) => ({ type: 'f', args: [i], options: { cache: true } }));

test('20 cached steps of one type are one Workflow Task, no Activity Task, and at most 30 events', async () => {
  let bodies = 0;
  const f = cached('auto', async (x: number) => {
    bodies++;
    return x * 2;
  });
  await withLookups({ f }, async ({ start }) => {
    const cold = await start('sequence', steps(20));
    const doubled = Array.from({ length: 20 }, (_, i) => i * 2);
    expect(await cold.result()).toEqual(doubled);
    const warm = await start('sequence', steps(20));
    expect(await warm.result()).toEqual(doubled);
    expect(bodies).toBe(20);
    expect(await countOf(warm, 'workflowTaskCompleted')).toBe(1);
    expect(await countOf(warm, 'activityTaskScheduled')).toBe(0);
    expect((await eventsOf(warm)).length).toBeLessThanOrEqual(30);
    const { rows, totals } = await cacheReport(warm);
    expect(totals).toMatchObject({ calls: 20, hit: 20 });
    expect(rows.map((row) => row.durationMs)).toEqual(
      rows.map((row) => Math.round(row.durationMs * 10) / 10),
    );
    expect(rows[3]).toMatchObject({ activityType: 'f', activityId: '7', status: 'hit' });
    expect((await cacheReport(cold)).totals).toMatchObject({ calls: 20, stored: 20 });
    const inWorkflow = await warm.query<CacheReport>('activity-cache.report');
    expect(inWorkflow.rows.map(withoutAge)).toEqual(rows.map(withoutAge));
    expect(inWorkflow.totals).toEqual(totals);
  });
});

test('10 Workflows that wait for one key, on a Worker with 2 slots and a Workflow cache of 2: one execution', () =>
  expectOneExecution(10));
