import { activityInfo, log } from '@temporalio/activity';

export async function logTime(name: string, workflowTime: string): Promise<void> {
  const { workflowExecution } = activityInfo();
  log.info(`Hello from ${workflowExecution?.workflowId}, ${name}!`, { workflowTime });
}
