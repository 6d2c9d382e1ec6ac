import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { dependencyWF } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const workflowId = 'dependency-injection';
  console.log(
    await client.workflow.execute(dependencyWF, { taskQueue: 'activities-dependency-injection', workflowId }),
  );
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
