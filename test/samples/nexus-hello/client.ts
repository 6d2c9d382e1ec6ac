import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { ENDPOINT } from './api';
import { callerWorkflow } from './caller-workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const worker = { namespace: 'default', taskQueue: 'nexus-hello-service' };
  const { endpoint } = await client.connection.operatorService.createNexusEndpoint({
    spec: { name: ENDPOINT, target: { worker } },
  });
  const options = { taskQueue: 'nexus-hello-caller', workflowId: 'nexus-caller' };
  console.log(await client.workflow.execute(callerWorkflow, { ...options, args: ['Temporal'] }));
  const { id, version } = endpoint!;
  await client.connection.operatorService.deleteNexusEndpoint({ id, version });
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
