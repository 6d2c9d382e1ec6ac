import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { exampleFetch, exampleLocal } from './workflows.js';

const { connectionOptions } = loadClientConnectConfig();
const client = new Client({ connection: await Connection.connect(connectionOptions) });
const options = { taskQueue: 'fetch-esm', workflowId: 'my-business-id' };
console.log(await client.workflow.execute(exampleLocal, { ...options, args: ['Wonderful-Temporal'] }));
console.log(await client.workflow.execute(exampleFetch, { ...options, args: ['Temporal'] }));
