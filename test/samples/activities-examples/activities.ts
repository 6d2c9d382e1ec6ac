import { activityInfo, CompleteAsyncError, cancellationSignal, heartbeat } from '@temporalio/activity';
import { Client } from '@temporalio/client';

export async function makeHTTPRequest(): Promise<string> {
  const response = await fetch('data:application/json,{"answer":"42"}', { signal: cancellationSignal() });
  heartbeat(0.5);
  const { answer } = (await response.json()) as { answer: string };
  return answer;
}

export async function completeSomethingAsync(): Promise<string> {
  const { taskToken } = activityInfo();
  setTimeout(() => void complete(taskToken), 100);
  throw new CompleteAsyncError();
}

async function complete(taskToken: Uint8Array): Promise<void> {
  const client = new Client();
  await client.activity.complete(taskToken, "Job's done!");
}
