import { log, sleep } from '@temporalio/activity';

export interface Job {
  nodes: string[];
  jobName: string;
}

export async function startCluster(): Promise<void> {
  await sleep(20);
}

export async function shutdownCluster(): Promise<void> {
  await sleep(20);
}

export async function assignNodesToJob({ nodes, jobName }: Job): Promise<void> {
  log.info(`Assigning nodes ${nodes.join()} to job ${jobName}`);
  await sleep(20);
}

export async function unassignNodesForJob({ nodes, jobName }: Job): Promise<void> {
  log.info(`Unassigning nodes ${nodes.join()} from job ${jobName}`);
  await sleep(20);
}
