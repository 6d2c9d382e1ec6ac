/** Calls of cached Activities beside local Activities that go on until they are cancelled. */
import {
  CancellationScope,
  condition,
  defineQuery,
  defineSignal,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
} from '@temporalio/workflow';
import { cachedWorkflow } from 'temporal-activity-cache/workflow';

type Bodies = Record<string, (x: number) => Promise<string>>;

const { f } = proxyActivities<Bodies>({ startToCloseTimeout: '1 minute', cache: true });
const { note } = proxyActivities<{ note: (said: string) => Promise<string> }>({
  startToCloseTimeout: '1 minute',
});
const local = (name: string, x: number): Promise<string> =>
  proxyLocalActivities<Bodies>({ startToCloseTimeout: '1 minute' })[name]!(x);
const { beat } = proxyLocalActivities<Bodies>({ startToCloseTimeout: '1 minute' });

export async function once(x: number): Promise<string> {
  return f!(x);
}

/** Ends the local Activity when the call is answered, whichever was begun first. */
const ending = (callFirst: boolean) => async (x: number) => {
  const scope = new CancellationScope();
  const begin = () =>
    scope.run(() => beat!(x)).catch((error: unknown) => (isCancellation(error) ? 'cancelled' : 'failed'));
  const call = callFirst ? f!(x) : undefined;
  const local = begin();
  const value = await (call ?? f!(x));
  scope.cancel();
  return `${value} ${await local}`;
};

export const callFirst = (x: number): Promise<string> => ending(true)(x);
export const localFirst = (x: number): Promise<string> => ending(false)(x);

/** The type has been looked up before; after the local Activity it is called again. */
export async function between(x: number): Promise<string[]> {
  return [await f!(x), await ending(false)(x), await f!(x)];
}

/** Returns while its local Activity goes on. */
export const left = cachedWorkflow({ version: '1' }, async (x: number) => {
  beat!(x).catch(() => undefined);
  return `${x}`;
});

export const ASKED = 'what a query is answered';

/** A call after one local Activity, beside another one, in a run that is asked meanwhile. */
export async function late(x: number): Promise<string[]> {
  setHandler(defineQuery('asked'), () => ASKED);
  const first = await f!(x);
  const rest = await Promise.all([
    local('other', x).then(note),
    local('one', x)
      .then(() => f!(x + 1))
      .then(note),
  ]);
  return [first, ...rest, await f!(x)];
}

/** A call that waits for another one, and a local Activity that is begun meanwhile. */
export async function woken(x: number): Promise<string[]> {
  let isTold = false;
  setHandler(defineSignal('begin'), () => void (isTold = true));
  const call = f!(x).then(note);
  await condition(() => isTold);
  return Promise.all([local('one', x).then(note), call]);
}
