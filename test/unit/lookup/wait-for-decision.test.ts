/** A call that waits ends with a value, its turn, or its cancellation; and whichever it is, no place and no turn is left behind. */
import { isCancellation } from '@temporalio/workflow';
import { Budget } from '../../../src/wire/budget';
import { HostQueue } from '../../../src/interceptors/workflow/host-queue';
import { limitOf } from '../../../src/interceptors/workflow/limit';
import type { Looked } from '../../../src/interceptors/workflow/ask';
import type { Waited } from '../../../src/wire/questions';
import { SETTLE_TURN } from '../../../src/wire/names';
import type { Run } from '../../../src/interceptors/workflow/run';
import { waitForDecision } from '../../../src/interceptors/workflow/wait-for-decision';
import { activator, fake, newWorkflow } from '../../helpers/fake-workflow';

jest.mock('@temporalio/workflow', () => jest.requireActual('../../helpers/fake-workflow').workflow);
jest.mock('@temporalio/workflow/lib/global-attributes', () => ({
  getActivator: () => activator,
  maybeGetActivator: () => activator,
}));

const caller = { id: 'w/r/1', activityType: 'f' };
const begin = { key: 'k', version: '1', why: 'new', tags: [], ticket: 7, startedAt: 0, parts: {} } as const;
const inLine = { answer: 'wait', key: 'k', holder: 'h', ticket: 7, epoch: 'e', begin, bytes: 0 } as const;
const granted = { answer: 'run', key: 'k', granted: true, bytes: 0 } as const;
const hit = { hit: {}, outcome: {}, bytes: 0 } as unknown as Looked;
const left = { type: SETTLE_TURN, args: [{ ...caller, key: 'k', outcome: 'left' }] };

type Pause = () => Promise<{ woken: unknown; enough: boolean }>;

/** @param looks - what it is told when it looks again */
function scene(first: Looked, pause: Pause[] = [], looks: Looked[] = [], options = {}) {
  const asked: Waited[] = [];
  let ended = 0;
  const wait = { pause: () => pause.shift()!(), end: () => ended++ };
  const run = { waiting: { begin: () => wait }, host: new HostQueue(new Budget(() => 1)) } as unknown as Run;
  const look = async (waited: Waited) => {
    asked.push(waited);
    return looks.shift()!;
  };
  const told = waitForDecision(run, caller, first, look, limitOf(options, 'f', '1'));
  return { told, asked, ended: () => ended };
}

const woken =
  (by: unknown): Pause =>
  async () => ({ woken: by, enough: false });
const cancelled: Pause = () => Promise.reject(limitOf({}, 'f', '1').cancelled());

beforeEach(newWorkflow);

test('it looks again until it is told, as the call that it was, and says whether it is in line still', async () => {
  const pauses = [woken(undefined), woken('run'), woken('look')];
  const { told, asked, ended } = scene(inLine, pauses, [inLine, { ...inLine, epoch: 'later' }, hit]);
  expect(await told).toBe(hit);
  expect(asked).toMatchObject([
    { ticket: 7, epoch: 'e', isOut: false },
    { ticket: 7, epoch: 'e', isOut: false },
    { ticket: 7, epoch: 'later', isOut: true },
  ]);
  expect([ended(), fake.said]).toEqual([1, []]);
});

test('cancelled while it waits it leaves the line', async () => {
  const { told, ended } = scene(inLine, [cancelled]);
  expect(await told.catch(isCancellation)).toBe(true);
  expect([ended(), fake.said]).toEqual([1, [left]]);
});

test('cancelled when it is given its turn it gives that back; when it is given a value there is nothing to give', async () => {
  fake.cancelled = true;
  expect(await scene(granted).told.catch(isCancellation)).toBe(true);
  expect(fake.said.splice(0)).toEqual([left]);
  for (const looked of [hit, { answer: 'run', key: 'k', bytes: 0 } as const])
    expect(await scene(looked).told.catch(isCancellation)).toBe(true);
  expect(fake.said).toEqual([]);
});

test('when it has waited long enough it leaves the line and runs, alone; its result is to be stored all the same', async () => {
  const { told, ended } = scene(inLine, [async () => ({ woken: undefined, enough: true })]);
  expect(await told).toEqual({ answer: 'run', key: 'k', begin, unreserved: true, bytes: 0 });
  expect([ended(), fake.said]).toEqual([1, [left]]);
});

test("when it has waited for longer than the call's own timeout it leaves the line, and fails as its Activity would", async () => {
  const enough = async () => ({ woken: undefined, enough: true });
  const { told } = scene(inLine, [enough], [], { scheduleToCloseTimeout: '4 s' });
  await expect(told).rejects.toMatchObject({
    activityType: 'f',
    retryState: 'TIMEOUT',
    cause: { name: 'TimeoutFailure', timeoutType: 'SCHEDULE_TO_CLOSE' },
  });
  expect(fake.said).toEqual([left]);
});
