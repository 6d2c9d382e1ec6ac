/** Embeds the words of its command line and shows what the cache did: `npx tsx client.ts red green`. */
import { Client, Connection } from '@temporalio/client';
import { cacheReport } from 'temporal-activity-cache';
import { embedAll } from './workflows';

async function main(texts: string[]) {
  const connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS ?? 'localhost:7233' });
  const client = new Client({ connection });
  const handle = await client.workflow.start(embedAll, {
    taskQueue: 'embeddings',
    workflowId: `embed-${Date.now()}`,
    args: [texts],
  });
  await handle.result();

  const { rows, totals } = await cacheReport(handle);
  console.table(rows, ['activityType', 'status', 'why', 'durationMs', 'savedMs']);
  console.log(`${totals.hit} of ${totals.calls} calls came from the cache.`);
  await connection.close();
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
