import * as wf from '@temporalio/workflow';
import { ENDPOINT, helloService } from './api';

export async function callerWorkflow(name: string): Promise<string[]> {
  const client = wf.createNexusServiceClient({ service: helloService, endpoint: ENDPOINT });
  const timeout = { scheduleToCloseTimeout: '10s' } as const;
  const echo = await client.executeOperation('echo', { message: 'This is from the client' }, timeout);
  const hello = await client.executeOperation('hello', { name }, timeout);
  return [echo.message, hello.message];
}
