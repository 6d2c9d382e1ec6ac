import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { clientInterceptor } from './tracing';
import { example } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const connection = await Connection.connect(connectionOptions);
  const client = new Client({ connection, interceptors: { workflow: [clientInterceptor] } });
  const options = { taskQueue: 'interceptors-tracing', workflowId: 'traced' };
  console.log(await client.workflow.execute(example, { ...options, args: ['Temporal'] }));
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
