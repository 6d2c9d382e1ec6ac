/** The host wakes the Workflows that wait for a reservation. */
import { WorkflowNotFoundError } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { wakingActivities } from '../../src/activities/waking';
import { RESERVATION_TYPE } from '../../src/wire/names';
import type { WakeUp } from '../../src/wire/waking';

const wakeUps: WakeUp[] = Array.from({ length: 120 }, (_, i) => ({
  workflowId: `w${i}`,
  runId: 'r',
  id: `w${i}/r/1`,
  verdict: 'look',
}));

function scene(fail: (workflowId: string) => Error | undefined = () => undefined) {
  const sent: unknown[] = [];
  const client = {
    withDeadline: (_: number, act: () => Promise<unknown>) => act(),
    getHandle: (workflowId: string, runId: string) => ({
      signal: async (name: string, message: unknown) => {
        const error = fail(workflowId);
        if (error !== undefined) throw error;
        await new Promise(setImmediate); // the way to the server
        sent.push([workflowId, runId, name, message]);
      },
    }),
  };
  const { wakeAll } = wakingActivities(client as never);
  const wake = (workflowType: string = RESERVATION_TYPE) => {
    const env = new MockActivityEnvironment({ workflowType }, { logger: new DefaultLogger('ERROR') });
    return { env, done: env.run<[readonly WakeUp[]], void, typeof wakeAll>(wakeAll, wakeUps) };
  };
  return { sent, wake };
}

test('each of them gets one signal', async () => {
  const { sent, wake } = scene();
  await wake().done;
  const expected = wakeUps.map(({ workflowId, runId, ...message }) => [
    workflowId,
    runId,
    'activity-cache.wake',
    message,
  ]);
  expect(sent).toEqual(expected);
});

test('one that no longer exists needs none', async () => {
  const gone = (id: string) => (id === 'w7' ? new WorkflowNotFoundError('gone', id, 'r') : undefined);
  const { sent, wake } = scene(gone);
  await wake().done;
  expect(sent).toHaveLength(119);
});

test('if the server does not answer it fails, and is tried again', async () => {
  const { wake } = scene((id) => (id === 'w7' ? new Error('unavailable') : undefined));
  await expect(wake().done).rejects.toThrow('unavailable');
});

test('if one cannot be signalled, the others are, before the attempt fails', async () => {
  const { sent, wake } = scene((id) => (id === 'w0' ? new Error('unavailable') : undefined));
  await wake().done.catch(() => undefined);
  expect(sent).toHaveLength(119);
});

test('if its Worker is ending it fails, and another Worker tries again', async () => {
  const { wake } = scene();
  const { env, done } = wake();
  env.cancel();
  await expect(done).rejects.toThrow('the Worker is ending');
});

test('for another Workflow it signals nobody', async () => {
  const { sent, wake } = scene();
  await expect(wake('mine').done).rejects.toThrow(/internal to temporal-activity-cache/);
  expect(sent).toEqual([]);
});
