/** Runs the pipeline and shows what the cache did: `npm run client`, then `npm run client -- exp-002`. */
import { Client, Connection } from '@temporalio/client';
import { cacheReport } from 'temporal-activity-cache';
import { experiment } from './examples/ml-pipeline/experiment';
import { mlPipeline } from './examples/ml-pipeline/workflows';

async function main(name = 'exp-001') {
  const connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS ?? 'localhost:7233' });
  const client = new Client({ connection });
  const handle = await client.workflow.start(mlPipeline, {
    taskQueue: 'ml-pipeline',
    workflowId: `ml-pipeline/${name}`,
    staticSummary: `Diamond prices, ${name}`,
    args: [experiment(name)],
  });
  console.log(`Started ${handle.workflowId}, waiting for a Worker to run it ...`);
  const { report } = await handle.result();
  console.log(`\n${report}\n`);

  const { rows, totals } = await cacheReport(handle);
  console.table(rows, ['activityType', 'activityId', 'status', 'why', 'reason', 'durationMs', 'savedMs']);
  console.log(
    `${totals.hit} of ${totals.calls} steps came from the cache, which saved ${totals.savedMs} ms.`,
  );
  await connection.close();
}

main(process.argv[2]).catch((error) => {
  console.error(error);
  process.exit(1);
});
