import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { type DSL, DSLInterpreter } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  const dsl: DSL = {
    variables: { arg1: 'value1', arg2: 'value2' },
    root: {
      sequence: [
        { activity: { name: 'activity1', arguments: ['arg1'], result: 'result1' } },
        {
          parallel: [
            { activity: { name: 'activity2', arguments: ['result1'], result: 'result2' } },
            { activity: { name: 'activity1', arguments: ['arg2'], result: 'result4' } },
          ],
        },
        { activity: { name: 'activity3', arguments: ['arg2', 'result2'], result: 'result3' } },
      ],
    },
  };
  const options = { args: [dsl] as [DSL], taskQueue: 'dsl-interpreter', workflowId: 'my-dsl-id' };
  const { result3, result4 } = await client.workflow.execute(DSLInterpreter, options);
  console.log(result3, result4);
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
