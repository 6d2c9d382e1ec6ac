/** A child with `cache`: what it hears of modes, when it is looked up, and what those above are to know of it. */
import { CancelledFailure, defaultPayloadConverter, RawValue } from '@temporalio/common';
import type { StartChildWorkflowExecutionInput } from '@temporalio/workflow';
import { COLLECTOR, CONTROL, OUTCOME_METADATA, RESOLVE } from '../../../src/wire/names';
import { Budget } from '../../../src/wire/budget';
import { HostQueue } from '../../../src/interceptors/workflow/host-queue';
import { startChild } from '../../../src/interceptors/workflow/look-up-child';
import type { Question } from '../../../src/wire/questions';
import type { Run } from '../../../src/interceptors/workflow/run';
import { Uses, writeCollector } from '../../../src/interceptors/workflow/uses';
import { readHeader } from '../../../src/options/run-control';
import { encodeOutcome } from '../../../src/wire/outcome';
import { activator, fake, newWorkflow } from '../../helpers/fake-workflow';

jest.mock('@temporalio/workflow', () => jest.requireActual('../../helpers/fake-workflow').workflow);
jest.mock('@temporalio/workflow/lib/global-attributes', () => ({
  getActivator: () => activator,
  maybeGetActivator: () => activator,
}));

beforeEach(newWorkflow);

const version = '1';
const answered = (value: unknown, metadata = {}) => {
  const payload = defaultPayloadConverter.toPayload(value);
  return RawValue.fromPayload({ ...payload, metadata: { ...payload.metadata, ...metadata } });
};
const miss = () => answered({ answer: 'run', key: 'k' });
const hit = () => {
  const label = encodeOutcome({
    status: 'hit',
    key: 'k',
    version,
    origin: { runId: 'of the first', activityId: '' },
    durationMs: 1,
  });
  return answered(5, { [OUTCOME_METADATA]: label });
};

/** @param look - what its look-up is answered */
function scene(look: () => unknown, options: object, more: Partial<Run> = {}) {
  fake.answer = look;
  const run = {
    uses: new Uses(),
    handOn: (input: unknown) => input,
    gate: { opens: (_: string, isWanted = true) => isWanted },
    host: new HostQueue(new Budget(() => 1)),
    ...more,
  } as unknown as Run;
  const started: StartChildWorkflowExecutionInput[] = [];
  const input = {
    workflowType: 'child',
    seq: 1,
    headers: {},
    options: { workflowId: 'id', args: [], ...options },
  };
  const call = startChild(run, input as unknown as StartChildWorkflowExecutionInput, async (given) => {
    started.push(given);
    return [Promise.resolve('its own'), Promise.resolve('computed')];
  }).then((promises) => Promise.all(promises));
  const questions = () =>
    fake.said.filter(({ type }) => type === RESOLVE).map(({ args }) => args[0] as Question);
  return { call, started, questions, run };
}

test.each([undefined, 'elsewhere'])(
  'it is used, and is to say what it used itself (its queue: %s)',
  async (taskQueue) => {
    const { call, run } = scene(miss, { taskQueue });
    await call;
    const child = { kind: 'workflow', taskQueue, type: 'child' };
    const queues = taskQueue && { id: taskQueue };
    expect(run.uses!.used).toEqual({ uses: [child], children: ['id'], queues, results: [] });
  },
);

test('a hit starts no child, and names the run that computed it; a miss starts one', async () => {
  const found = scene(hit, { cache: { version } });
  expect([await found.call, found.started]).toEqual([['of the first', 5], []]);
  const missed = scene(miss, { cache: { version } });
  expect(await missed.call).toEqual(['its own', 'computed']);
});

test('what a hit has used is told to the Workflow above that wants to know', async () => {
  const { call, questions } = scene(
    hit,
    { cache: { version } },
    { headers: { [COLLECTOR]: writeCollector('w/r') } },
  );
  await call;
  expect(questions()[0]!.reportTo).toEqual({ collector: 'w/r', workflowId: 'id', run: 'r 1' });
});

test('cancelled when the answer comes: it is not started, and there is no value', async () => {
  for (const answer of [miss, hit]) {
    fake.cancelled = false;
    const { call, started } = scene(
      () => {
        fake.cancelled = true;
        return answer();
      },
      { cache: { version } },
    );
    await expect(call).rejects.toThrow(CancelledFailure);
    expect(started).toEqual([]);
  }
});

test.each([
  ['of the run', { version }, { mode: 'off', run: 'top' }],
  ['given with it', { version, mode: 'off' }, undefined],
] as const)('where the mode %s is off it is started', async (_whose, cache, control) => {
  const { call, questions } = scene(hit, { cache }, { control });
  expect(await call).toEqual(['its own', 'computed']);
  expect(questions()).toEqual([]);
});

test('a mode given with it holds below it; what is fresh for the run above is fresh there too', async () => {
  const { call, started } = scene(
    miss,
    { cache: { mode: 'overwrite' } },
    { control: { mode: 'use', run: 'top' } },
  );
  await call;
  expect(readHeader(started[0]!.headers[CONTROL]).control).toMatchObject({ mode: 'overwrite', run: 'top' });
});
