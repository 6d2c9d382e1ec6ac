/** Workflows that make many calls at once. */
import { CancellationScope, isCancellation, proxyActivities } from '@temporalio/workflow';

type F = Record<'f', (...args: unknown[]) => Promise<unknown>>;
const usual = { startToCloseTimeout: '1 minute' } as const;
const { f } = proxyActivities<F>({ ...usual, cache: true });
const uncached = proxyActivities<F>(usual);

export async function fanOut(items: unknown[]): Promise<unknown[]> {
  return Promise.all(items.map((item) => f(item)));
}

export async function lengths(items: number[]): Promise<number[]> {
  return (await Promise.all(items.map((item) => f(item)))).map((text) => (text as string).length);
}

/** Of each kind what it is, in words that JSON keeps. */
export async function mixed(): Promise<string[]> {
  const values = await Promise.all([
    f(undefined),
    f(null),
    f(new Uint8Array([1, 2, 255])),
    uncached.f('text'),
    f(7),
  ]);
  return values.map((value) =>
    value instanceof Uint8Array
      ? `object bytes ${Array.from(value).join(',')}`
      : `${typeof value} ${String(value)}`,
  );
}

export async function byTenant(tenants: string[]): Promise<unknown[]> {
  return Promise.all(
    tenants.map((fairnessKey) =>
      proxyActivities<F>({ ...usual, cache: true, priority: { fairnessKey } }).f(),
    ),
  );
}

export async function halfCancelled(): Promise<unknown[]> {
  const scope = new CancellationScope();
  const calls = [scope.run(() => f(0)), f(1)];
  scope.cancel();
  return Promise.all(
    calls.map((call) =>
      call.catch((error: unknown) => (isCancellation(error) ? 'cancelled' : String(error))),
    ),
  );
}
