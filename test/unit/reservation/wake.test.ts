/** How a reservation wakes the Workflows that wait for it. */
import type { WakeUp } from '../../../src/wire/waking';
import { wake } from '../../../src/workflows/wake';

const signalled: string[] = [];
const byHost: number[] = [];
let hostFails = false;

jest.mock('@temporalio/workflow', () => ({
  proxyActivities: () => ({
    wakeAll: async (wakeUps: readonly WakeUp[]) => {
      byHost.push(wakeUps.length);
      if (hostFails) throw new Error('no Worker');
    },
  }),
  getExternalWorkflowHandle: (workflowId: string) => ({
    signal: async () => {
      if (workflowId === 'w0') throw new Error('it no longer exists');
      signalled.push(workflowId);
    },
  }),
}));

const wakes = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    caller: { workflowId: `w${i}`, runId: 'r', id: `w${i}/r/1` },
    verdict: 'look',
  })) as never;

beforeEach(() => {
  signalled.length = byHost.length = 0;
  hostFails = false;
});

test.each([
  ['few are signalled by the reservation', 20, true, [], 19],
  ['more are woken by the host, 200 at once', 221, true, [200, 21], 0],
  ['the last ones by the reservation if they are few', 220, true, [200], 20],
  ['a run that began before the host could do so signals all of them itself', 221, false, [], 220],
])('%s', async (_name, count, hostMay, expectedByHost, expectedSignals) => {
  await wake(wakes(count), hostMay);
  expect(byHost).toEqual(expectedByHost);
  expect(signalled).toHaveLength(expectedSignals);
});

test('if the host fails, the reservation signals each', async () => {
  hostFails = true;
  await wake(wakes(25), true);
  expect([byHost, signalled.length]).toEqual([[25], 24]);
});

test('a caller that waits in no Workflow needs no signal', async () => {
  await wake([{ caller: { id: 'slot' }, verdict: 'look' }] as never, true);
  expect([byHost, signalled]).toEqual([[], []]);
});
