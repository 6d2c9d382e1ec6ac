/** A build step: makes the Workflow bundle that Workers load. */
import { writeFile } from 'node:fs/promises';
import { bundleWorkflowCode } from '@temporalio/worker';
import { CachePlugin } from 'temporal-activity-cache';

export async function bundleWorkflows(workflowsPath: string, file: string): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    plugins: [new CachePlugin()], // adds its Workflow interceptor, and opens no store here
  });
  await writeFile(file, code);
}
