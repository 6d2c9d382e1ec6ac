import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { loadClientConnectConfig } from '@temporalio/envconfig';

async function run() {
  const workflowId = `workflow-${randomUUID()}`;
  const connection = await Connection.connect(loadClientConnectConfig().connectionOptions);
  const payload = defaultPayloadConverter.toPayload('Temporal');
  await connection.workflowService.startWorkflowExecution({
    namespace: 'default',
    workflowId,
    requestId: randomUUID(),
    taskQueue: { name: 'grpc-calls' },
    workflowType: { name: 'example' },
    input: { payloads: [payload] },
  });
  for (;;) {
    const { history } = await connection.workflowService.getWorkflowExecutionHistory({
      execution: { workflowId },
      namespace: 'default',
    });
    const last = history?.events?.at(-1)?.workflowExecutionCompletedEventAttributes;
    if (last) return console.log(defaultPayloadConverter.fromPayload(last.result!.payloads![0]!));
    await sleep(50);
  }
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
