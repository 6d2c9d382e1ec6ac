/** Commands to the server about single Activities: pausing and resetting them leaves nobody without a value. */
import { patient, withGate } from '../helpers/gate';
import { endsOf, type Handle, type Serialized, statusesOf } from '../helpers/serialized';
import { until } from '../helpers/until';

const pendingOf = async (handle: Handle) => (await handle.describe()).raw.pendingActivities?.[0];
/** Not in a slot any more. */
const isPaused = async (handle: Handle) => Number((await pendingOf(handle))?.state) === 4;

type Around = Pick<Serialized, 'client'>;

/** What a command says of the one Activity that is pending. */
const meaning = async ({ client }: Around, handle: Handle) => {
  const id = (await pendingOf(handle))!.activityId!;
  return { namespace: client.options.namespace, execution: { workflowId: handle.workflowId }, id };
};
const pause = async (around: Around, handle: Handle) =>
  around.client.workflowService.pauseActivity(await meaning(around, handle));
const unpause = async (around: Around, handle: Handle) =>
  around.client.workflowService.unpauseActivity(await meaning(around, handle));
const reset = async (around: Around, handle: Handle) =>
  around.client.workflowService.resetActivity(await meaning(around, handle));

describe('paused', () => {
  test('while it waits: it leaves the line, and comes back when it may', async () => {
    await withGate({}, async ({ call, began, waiting, open, ...around }) => {
      const holder = await call(1, patient);
      await began(1);
      const [paused] = await call(1, patient);
      const others = await call(1, patient);
      await waiting(2);
      await pause(around, paused!);
      await waiting(1);
      await until(() => isPaused(paused!));
      await unpause(around, paused!);
      await waiting(2);
      open();
      const all = [...holder, paused!, ...others];
      expect(await endsOf(all)).toEqual(Array(3).fill('value of 0'));
      expect(await statusesOf(all)).toEqual({ stored: 1, joined: 2 });
    });
  });

  test('while it has its turn: the next one runs, and it takes that one’s value later', async () => {
    await withGate({}, async ({ call, began, waiting, ...around }) => {
      const [paused] = await call(1, patient);
      await began(1);
      const others = await call(2, patient);
      await waiting(2);
      await pause(around, paused!);
      expect(await endsOf(others)).toEqual(Array(2).fill('value of 1'));
      await until(() => isPaused(paused!));
      await unpause(around, paused!);
      expect(await endsOf([paused!])).toEqual(['value of 1']);
    });
  });

  test('while it has its turn, and it does not notice: it runs on, and the others take its value', async () => {
    await withGate({}, async ({ call, began, waiting, open, ...around }) => {
      const [paused] = await call(1); // without heartbeats
      await began(1);
      const others = await call(2, patient);
      await waiting(2);
      await pause(around, paused!);
      open();
      expect(await endsOf([paused!, ...others])).toEqual(Array(3).fill('value of 0'));
      expect(await statusesOf([paused!, ...others])).toEqual({ stored: 1, joined: 2 });
    });
  });
});

describe('reset', () => {
  const retried = { ...patient, retry: { initialInterval: 10, backoffCoefficient: 1 } };

  test('while it waits: it is in line again, and takes the value', async () => {
    await withGate({}, async ({ call, began, arrived, waiting, open, ...around }) => {
      const holder = await call(1, patient);
      await began(1);
      const [again] = await call(1, retried);
      await waiting(1);
      await reset(around, again!);
      await arrived(3);
      await waiting(1);
      open();
      expect(await endsOf([...holder, again!])).toEqual(Array(2).fill('value of 0'));
      expect(await statusesOf([...holder, again!])).toEqual({ stored: 1, joined: 1 });
    });
  });

  test('while it has its turn: the next one runs, and all take that one’s value', async () => {
    await withGate({}, async ({ call, began, waiting, ...around }) => {
      const [again] = await call(1, retried);
      await began(1);
      const others = await call(2, patient);
      await waiting(2);
      await reset(around, again!);
      expect(await endsOf([...others, again!])).toEqual(Array(3).fill('value of 1'));
    });
  });
});
