import { activityInfo, CancelledFailure, heartbeat, log, sleep } from '@temporalio/activity';

export async function fakeProgress(sleepIntervalMs = 1000): Promise<void> {
  try {
    const startingPoint = (activityInfo().heartbeatDetails as number | undefined) ?? 1;
    for (let progress = startingPoint; progress <= 100; ++progress) {
      await sleep(sleepIntervalMs);
      heartbeat(progress);
    }
  } catch (error) {
    if (error instanceof CancelledFailure) log.warn('cancelled', { message: error.message });
    throw error;
  }
}

export async function httpGetJSON(url: string): Promise<string> {
  const slow = url.includes('slow');
  for (let tenths = 0; slow && tenths < 100; tenths++) {
    heartbeat();
    await sleep(100);
  }
  return `the text of ${url}`;
}

export async function httpPostJSON(url: string, data: unknown): Promise<void> {
  await httpGetJSON(`${url}/slow?${JSON.stringify(data)}`);
}

export async function cleanup(url: string): Promise<string> {
  return `cleaned ${url}`;
}
