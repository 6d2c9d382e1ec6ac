import * as temporalNexus from '@temporalio/nexus';
import * as nexus from 'nexus-rpc';
import { helloService } from './api';
import { helloWorkflow } from './service-workflows';

export const helloServiceHandler = nexus.serviceHandler(helloService, {
  echo: async (_context, input) => input,
  hello: new temporalNexus.WorkflowRunOperationHandler<{ name: string }, { message: string }>(
    (context, input) =>
      temporalNexus.startWorkflow(context, helloWorkflow, {
        args: [input],
        workflowId: `hello-${input.name}`,
      }),
  ),
});
