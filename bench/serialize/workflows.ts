/** Four ways to have one step done. */
import { proxyActivities } from '@temporalio/workflow';
import { withLock } from './mutex';

export { lockWorkflow } from './mutex';

type Step = (round: string) => Promise<string>;
const { plain, serialized } = proxyActivities<{ plain: Step; serialized: Step }>({
  startToCloseTimeout: '1 minute',
});

export const callSerialized: Step = (round) => serialized(round);

const lookedUp = proxyActivities<{ serialized: Step }>({ startToCloseTimeout: '1 minute', cache: true });

/** Waits in the Workflow, without a slot. */
export const callLookedUp: Step = (round) => lookedUp.serialized(round);

export const callPlain: Step = (round) => plain(round);

export const callLocked: Step = (round) => withLock(`lock-${round}`, () => plain(round));
