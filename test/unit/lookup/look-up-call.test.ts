/** A call with `cache` asks first; its Activity then hears what the call said, and what the look-up found out. */
import { defaultPayloadConverter, RawValue } from '@temporalio/common';
import type { ActivityInput } from '@temporalio/workflow';
import { Budget } from '../../../src/wire/budget';
import { HostQueue } from '../../../src/interceptors/workflow/host-queue';
import { callActivity } from '../../../src/interceptors/workflow/look-up-call';
import type { Answer, Question } from '../../../src/wire/questions';
import { CALL, RESOLVE, SETTLE_TURN } from '../../../src/wire/names';
import type { Run } from '../../../src/interceptors/workflow/run';
import { readCall } from '../../../src/options/call-site';
import { UNLIMITED_MS } from '../../../src/wire/reservation';
import { activator, fake, newWorkflow } from '../../helpers/fake-workflow';

jest.mock('@temporalio/workflow', () => jest.requireActual('../../helpers/fake-workflow').workflow);
jest.mock('@temporalio/workflow/lib/global-attributes', () => ({
  getActivator: () => activator,
  maybeGetActivator: () => activator,
}));

beforeEach(newWorkflow);

/** @param told - what the look-up is answered */
async function call(
  told: Answer | undefined,
  options: Record<string, unknown> = {},
  control?: Run['control'],
  activity = (): unknown => 'computed',
) {
  fake.answer = ({ type }) =>
    type === RESOLVE ? RawValue.fromPayload(defaultPayloadConverter.toPayload(told)) : undefined;
  const run = {
    control,
    handOn: (input: unknown) => input,
    gate: { opens: (_: string, isWanted = true) => isWanted },
    host: new HostQueue(new Budget(() => 1)),
  } as unknown as Run;
  const scheduled: ActivityInput[] = [];
  const input = { activityType: 'f', args: [], headers: {}, seq: 3, options: { cache: true, ...options } };
  const end = await callActivity(run, input as unknown as ActivityInput, async (given) => {
    scheduled.push(given);
    return activity();
  }).then(String, (error: Error) => error.message);
  const [question] = fake.said.filter(({ type }) => type === RESOLVE).map(({ args }) => args[0] as Question);
  const settled = fake.said.filter(({ type }) => type === SETTLE_TURN).map(({ args }) => args[0] as object);
  const heard = scheduled.map(({ headers }) => readCall(headers[CALL]));
  return { end, question, settled, heard, summary: scheduled[0]?.options.summary };
}

const miss: Answer = { answer: 'run', key: 'k' };

test.each<[Answer, string | undefined, string]>([
  [{ answer: 'run', key: 'a'.repeat(64), why: 'new' }, undefined, 'cache miss · f · aaaaaaaaaaaa…'],
  [{ ...miss, why: 'expired' }, undefined, 'cache miss, expired · f · k…'],
  [{ ...miss, why: 'new' }, '8 trees', 'cache miss · 8 trees · f · k…'],
  [{ answer: 'large', key: 'k' }, undefined, 'cache hit, too large for the Workflow · f · k…'],
  [{ answer: 'unknown' }, undefined, 'cache not looked up · f'],
  [{ answer: 'bypassed' }, undefined, 'cache bypassed · f'],
  [miss, 'x'.repeat(187), `cache miss · ${'x'.repeat(187)}`],
  [miss, 'x'.repeat(188), 'x'.repeat(188)],
])('the summary of its Activity begins with the verdict: %j, %s', async (answer, summary, text) => {
  expect((await call(answer, { summary })).summary).toBe(text);
});

test('what the call says of itself reaches its Activity, also where that is to run without a turn', async () => {
  const cache = { version: '2', serialize: true };
  expect((await call(miss, { cache })).heard).toEqual([{ cache, unreserved: false }]);
  expect((await call({ ...miss, unreserved: true }, { cache })).heard).toEqual([{ cache, unreserved: true }]);
  expect((await call({ ...miss, unreserved: true })).heard).toEqual([{ unreserved: true }]);
});

test('an Activity that fails may not have begun: a turn that it was given goes back, and none else', async () => {
  const fails = () => {
    throw new Error('failed');
  };
  const granted = await call({ ...miss, granted: true }, {}, undefined, fails);
  expect(granted.end).toBe('failed');
  expect(granted.settled).toEqual([{ id: 'w/r/3', activityType: 'f', key: 'k', outcome: 'left' }]);
  newWorkflow();
  expect((await call(miss, {}, undefined, fails)).settled).toEqual([]);
  newWorkflow();
  expect(await call({ ...miss, granted: true })).toMatchObject({ end: 'computed', settled: [] });
});

test('in a run whose mode is off, and of a call that is disabled, nothing is asked', async () => {
  for (const { question, heard } of [
    await call(undefined, {}, { mode: 'off', run: 'r' }),
    await call(undefined, { cache: false }),
  ]) {
    expect(question).toBeUndefined();
    expect(heard).toHaveLength(1);
  }
});

test.each([
  [undefined, undefined],
  ['q', undefined], // the Workflow's own
  ['elsewhere', 'elsewhere'],
])('a call to the queue %s is asked about as of %s', async (taskQueue, asked) => {
  expect((await call(miss, { taskQueue })).question!.taskQueue).toBe(asked);
});

test.each([
  [{ startToCloseTimeout: '2 s', scheduleToCloseTimeout: '9 s' }, 2_000],
  [{ scheduleToCloseTimeout: '9 s' }, 9_000],
  [{ startToCloseTimeout: 0 }, UNLIMITED_MS],
  [{ startToCloseTimeout: '100 years' }, UNLIMITED_MS],
])('a turn that it is given lasts as long as its Activity may take: %j', async (options, forMs) => {
  expect((await call(miss, options)).question!.forMs).toBe(forMs);
});
