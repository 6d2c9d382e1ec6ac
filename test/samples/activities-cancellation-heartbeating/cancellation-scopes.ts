import { CancellationScope, isCancellation, proxyActivities, sleep } from '@temporalio/workflow';
import type * as activities from './activities';

const { httpPostJSON, httpGetJSON, cleanup } = proxyActivities<typeof activities>({
  startToCloseTimeout: '10m',
  heartbeatTimeout: '3s',
});

export async function cancelTimer(): Promise<string> {
  const scope = new CancellationScope();
  const promise = scope.run(() => sleep(1));
  scope.cancel();
  return promise.then(
    () => 'fired',
    (error: unknown) => (isCancellation(error) ? 'Timer cancelled' : String(error)),
  );
}

export async function cleanUpWhenCancelled(url: string): Promise<void> {
  try {
    await httpPostJSON(url, { a: 1 });
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => cleanup(url));
    throw error;
  }
}

export async function nonCancellable(url: string): Promise<string> {
  return CancellationScope.nonCancellable(() => httpGetJSON(url));
}

export async function multipleActivitiesSingleTimeout(urls: string[], timeoutMs: number): Promise<string> {
  return CancellationScope.withTimeout(timeoutMs, () =>
    Promise.all(urls.map((url) => httpGetJSON(url))),
  ).then(
    (texts) => texts.join(', '),
    (error: unknown) => (isCancellation(error) ? 'too slow' : String(error)),
  );
}

export async function resumeAfterCancellation(url: string): Promise<string> {
  const scope = new CancellationScope({ cancellable: false });
  const promise = scope.run(() => httpGetJSON(url));
  try {
    return await Promise.race([scope.cancelRequested, promise]);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    return promise;
  }
}

export async function sharedScopes(): Promise<string> {
  const p1 = httpGetJSON('http://url1.ninja');
  const p2 = httpGetJSON('http://url2.ninja/slow');
  const first = await CancellationScope.cancellable(async () => {
    const winner = await Promise.race([p1, p2]);
    CancellationScope.current().cancel();
    return winner;
  });
  CancellationScope.current().cancel(); // so that the slow one ends too
  await p2.catch(() => {});
  return first;
}

export async function shieldAwaitedInRootScope(): Promise<string> {
  let promise: Promise<string>;
  await CancellationScope.nonCancellable(async () => {
    promise = httpGetJSON('http://example.com'); // not awaited in its scope
  });
  return promise!;
}
