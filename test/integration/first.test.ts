import { cached, CachePlugin, cacheReport } from 'temporal-activity-cache';
import { withWorker } from '../helpers/temporal';

test('a cached Activity runs once for two Workflows, and the report tells both stories', async () => {
  let ran = 0;
  const square = cached('auto', async (x: number) => {
    ran++;
    return { x, square: x * x };
  });
  await withWorker(
    { activities: { square }, plugins: [new CachePlugin({ store: 'memory:' })] },
    async ({ start }) => {
      const steps = [
        { type: 'square', args: [7] },
        { type: 'square', args: [7], local: true },
      ];
      const first = await start('sequence', steps);
      expect(await first.result()).toEqual([
        { x: 7, square: 49 },
        { x: 7, square: 49 },
      ]);
      const second = await start('sequence', steps);
      expect(await second.result()).toEqual([
        { x: 7, square: 49 },
        { x: 7, square: 49 },
      ]);
      expect(ran).toBe(1);
      console.log(JSON.stringify(await cacheReport(first), null, 1));
      expect((await cacheReport(second)).rows.map((row) => row.status)).toEqual(['hit', 'hit']);
    },
  );
});
