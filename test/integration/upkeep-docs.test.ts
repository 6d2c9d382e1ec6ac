/** The code of docs/invalidation.md runs. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { forgetPage } from '../../examples/upkeep/forget';
import { tidyEveryNight } from '../../examples/upkeep/schedule';
import { createWorker } from '../../examples/upkeep/worker';
import { address } from '../helpers/temporal';

test('what was made of a page is forgotten, and the schedule prunes down to its limit', async () => {
  const store = `sqlite:${join(mkdtempSync(join(tmpdir(), 'cache-')), 'cache.db')}`;
  const taskQueue = `upkeep-${randomUUID()}`;
  const native = await NativeConnection.connect({ address: address() });
  const connection = await Connection.connect({ address: address() });
  const client = new Client({ connection });
  const worker = await createWorker(store, { connection: native, taskQueue });
  const summarize = (customer: string) =>
    client.activity.execute('summarize', {
      taskQueue,
      id: randomUUID(),
      args: [customer],
      startToCloseTimeout: '1 minute',
    });
  try {
    await worker.runUntil(async () => {
      const answer = await summarize('ada');
      await summarize('grace');
      expect(await forgetPage(store, 'ada/letters')).toEqual([
        expect.stringMatching(/^summarize of 20.*, \d+ bytes$/),
      ]);
      expect(await forgetPage(store, 'ada/letters')).toEqual([]);
      expect(await summarize('ada')).toBe(answer);

      const schedule = await tidyEveryNight(client, taskQueue, JSON.stringify(answer).length);
      try {
        await schedule.trigger();
        let { recentActions } = (await schedule.describe()).info;
        while (recentActions.length === 0) ({ recentActions } = (await schedule.describe()).info);
        const { workflowId, firstExecutionRunId } = recentActions[0]!.action.workflow;
        const freed: unknown = await client.workflow.getHandle(workflowId, firstExecutionRunId).result();
        expect(freed).toEqual({ entries: 1, bytes: '"grace has 2 pages"'.length });
      } finally {
        await schedule.delete();
      }
      expect(await forgetPage(store, 'grace/letters')).toEqual([]);
      expect(await forgetPage(store, 'ada/letters')).toHaveLength(1);
    });
  } finally {
    await connection.close();
    await native.close();
  }
});
