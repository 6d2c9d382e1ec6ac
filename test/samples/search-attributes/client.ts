import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import { example } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const { operatorService } = client.connection;
  const types = { SampleInt: 3, SampleBool: 5 };
  await operatorService
    .addSearchAttributes({ namespace: 'default', searchAttributes: types })
    .catch(() => {});
  for (let known: object = {}; !('SampleBool' in known && 'SampleInt' in known); await sleep(50))
    known = (await operatorService.listSearchAttributes({ namespace: 'default' })).customAttributes ?? {};
  const handle = await client.workflow.start(example, {
    taskQueue: 'search-attributes',
    workflowId: 'search-attributes-example-0',
    typedSearchAttributes: new TypedSearchAttributes([
      { key: defineSearchAttributeKey('SampleInt', SearchAttributeType.INT), value: 2 },
      { key: defineSearchAttributeKey('SampleBool', SearchAttributeType.BOOL), value: true },
    ]),
  });
  console.log('at end:', await handle.result());
  const query = "SampleInt = 3 AND WorkflowId = 'search-attributes-example-0'";
  while ((await client.workflow.count(query)).count === 0) await sleep(50); // it is listed with a delay
  console.log('found');
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
