/** A Workflow that is cached as a whole ends its turn however it ends, and hands on what it must. */
import { ActivityFailure, defaultPayloadConverter, RawValue } from '@temporalio/common';
import { ContinueAsNew, type WorkflowExecuteInput } from '@temporalio/workflow';
import {
  CALL,
  COLLECTOR,
  CONTINUATION,
  REPORT_DEPENDENCIES,
  RESOLVE,
  SETTLE_TURN,
  STORE,
} from '../../../src/wire/names';
import { Budget } from '../../../src/wire/budget';
import { HostQueue } from '../../../src/interceptors/workflow/host-queue';
import { type Continuation, writeContinuation } from '../../../src/wire/continuation';
import type { ToStore } from '../../../src/wire/questions';
import type { Run } from '../../../src/interceptors/workflow/run';
import { Uses, writeCollector } from '../../../src/interceptors/workflow/uses';
import { executeWorkflow } from '../../../src/interceptors/workflow/cached-workflow-run';
import { writeCall } from '../../../src/options/call-site';
import { UNLIMITED_MS } from '../../../src/wire/reservation';
import { activator, fake, newWorkflow, type Said } from '../../helpers/fake-workflow';

jest.mock('@temporalio/workflow', () => jest.requireActual('../../helpers/fake-workflow').workflow);
jest.mock('@temporalio/workflow/lib/global-attributes', () => ({
  getActivator: () => activator,
  maybeGetActivator: () => activator,
}));

const begin = { key: 'k', version: '1', why: 'new', tags: [], ticket: 7, startedAt: 0, parts: {} } as const;
const used = { uses: [{ kind: 'activity', taskQueue: 'q', type: 'f' }], children: ['c'] } as const;
const carried: Continuation = {
  question: { activityType: 'first', activityId: '', cache: undefined, mostBytes: 0, forMs: 1 },
  begin,
  ranMs: 0,
  collector: 'w/first',
  turnOf: 'w/first',
  from: 'before',
};
const parent = { namespace: 'default', workflowId: 'above', runId: 'run' };
const failed = new ActivityFailure('', 'x', '1', 'TIMEOUT', 'w');

/** Its look-up is answered so; other local Activities do what `answer` does. */
function scene(
  told: object = { answer: 'run', key: 'k', granted: true, begin },
  answer = (_: Said): unknown => undefined,
) {
  fake.answer = (said) =>
    said.type === RESOLVE ? RawValue.fromPayload(defaultPayloadConverter.toPayload(told)) : answer(said);
  const held: (readonly string[])[] = [];
  let handOn: (() => Continuation) | undefined;
  const run = {
    gate: { opens: () => true },
    updates: { heldDuring: (look: () => unknown) => look() },
    host: new HostQueue(new Budget(() => 1)),
    collect: (_collector: string, before: never) => void (run.uses = new Uses(before)),
    handToNextRun: (carry: () => Continuation, keys: readonly string[]) => {
      handOn = carry;
      held.push(keys);
    },
    uses: undefined as Uses | undefined,
  };
  const execute = (
    next: () => Promise<unknown>,
    headers: object = { [CALL]: writeCall({ cache: { version: '1' } }) },
  ) => executeWorkflow(run as unknown as Run, { args: [], headers } as unknown as WorkflowExecuteInput, next);
  const settled = () =>
    fake.said
      .filter(({ type }) => type === SETTLE_TURN)
      .map(({ args: [{ id, key, outcome }] }) => [id, key, outcome]);
  const stored = () =>
    fake.said.filter(({ type }) => type === STORE).map(({ args: [toStore] }) => toStore as ToStore);
  return { execute, settled, stored, held, handedOn: () => handOn!() };
}

const fails = (error: Error) => () => Promise.reject(error);

beforeEach(newWorkflow);

test('it stores what it returns, and who stores it ends its turn', async () => {
  const { execute, settled, stored, held } = scene();
  expect(await execute(async () => 5)).toBe(5);
  expect(stored()).toMatchObject([{ turnOf: 'w/r', begin, used: { uses: [], children: [] } }]);
  expect([held, settled()]).toEqual([[['k']], []]); // what runs below it is not to wait for it
});

test('without a turn there is none to end', async () => {
  const { execute, settled, stored, held } = scene({ answer: 'run', key: 'k', begin });
  await execute(async () => 5);
  await expect(execute(fails(new Error('failed')))).rejects.toThrow('failed');
  expect(stored().map(({ turnOf }) => turnOf)).toEqual([undefined]);
  expect([held, settled()]).toEqual([[[], []], []]);
});

test('a failure is passed on, not stored, and ends its turn', async () => {
  const { execute, settled, stored } = scene();
  await expect(execute(fails(new Error('failed')))).rejects.toThrow('failed');
  expect([stored(), settled()]).toEqual([[], [['w/r', 'k', 'failed']]]);
});

test('where storing fails the result is the Workflow’s all the same, and its turn ends', async () => {
  const { execute, settled } = scene(undefined, ({ type }) => {
    if (type === STORE) throw failed;
  });
  expect(await execute(async () => 5)).toBe(5);
  expect(settled()).toEqual([['w/r', 'k', 'unstored']]);
});

test('where storing fails the one above is told that it can keep nothing either', async () => {
  const { execute } = scene({ answer: 'run', key: 'k', begin: { ...begin, keepsUses: true } }, ({ type }) => {
    if (type === STORE) throw failed;
  });
  fake.info = { ...fake.info, parent };
  const cache = { [CALL]: writeCall({ cache: { version: '1' } }) };
  await execute(async () => 5, { ...cache, [COLLECTOR]: writeCollector('above/run') });
  const words = fake.said
    .filter(({ type }) => type === REPORT_DEPENDENCIES)
    .map(({ args: [{ used: word }] }) => word);
  expect(words).toEqual([{ uses: [], children: [], unkept: expect.stringContaining('not be stored') }]);
});

test('what returns while it is cancelled is not sent to be stored', async () => {
  const { execute, stored } = scene();
  await execute(async () => {
    fake.cancelled = true;
    return 'cut short';
  });
  expect(stored()).toMatchObject([{ unwanted: 'skipped', turnOf: 'w/r' }]);
  expect(fake.said.at(-1)!.args).toHaveLength(1);
});

test('a run that continues it goes on: no look-up, and it ends the turn of the first, under its key, with what all have used', async () => {
  fake.info.continuedFromExecutionRunId = 'before';
  const { execute, stored, held, handedOn } = scene();
  const headers = {
    [CONTINUATION]: writeContinuation({ ...carried, begin: { ...begin, ambiguous: [] }, used }),
  };
  await expect(execute(fails(new ContinueAsNew({})), headers)).rejects.toThrow(ContinueAsNew);
  expect(fake.said).toEqual([]);
  expect(handedOn()).toMatchObject({ begin, turnOf: 'w/first', collector: 'w/first', used });
  await execute(async () => 5, headers);
  expect(fake.said.map(({ type }) => type)).toEqual([STORE]);
  expect(stored()).toMatchObject([{ begin, turnOf: 'w/first', collector: 'w/first', used }]);
  expect(held).toEqual([['k'], ['k']]);
});

test('of a run that used more than can be kept nothing is known in the run that continues it', async () => {
  fake.info.continuedFromExecutionRunId = 'before';
  const { execute, stored, handedOn } = scene();
  const tooMuch = { uses: [], children: [], tooMuch: true } as const;
  const headers = {
    [CONTINUATION]: writeContinuation({ ...carried, begin: { ...begin, keepsUses: true }, used: tooMuch }),
  };
  await expect(execute(fails(new ContinueAsNew({})), headers)).rejects.toThrow(ContinueAsNew);
  expect(handedOn().used).toEqual(tooMuch);
  await execute(async () => 5, headers);
  expect(stored()[0]!.used).toBeUndefined();
});

test('who has waited long enough runs without its turn, and its result is stored', async () => {
  const { execute, stored } = scene({ answer: 'run', key: 'k', unreserved: true, begin });
  await execute(async () => 5);
  expect(stored()).toMatchObject([{ begin: { key: 'k', why: 'unserialized' } }]);
});

test.each([
  [{}, UNLIMITED_MS],
  [{ runTimeoutMs: 2_000 }, 2_000],
  [{ runTimeoutMs: 2_000, executionTimeoutMs: 9_000 }, 9_000], // the turn is also that of the runs that continue it
])('a turn that it is given lasts as long as the Workflow may take: %j', async (timeouts, forMs) => {
  Object.assign(fake.info, timeouts);
  await scene().execute(async () => 5);
  expect(fake.said[0]!.args[0]).toMatchObject({ forMs });
});

describe.each([
  ['cached', { [CALL]: writeCall({ cache: { version: '1' } }) }],
  ['not cached', {}],
])('what a child used that is %s itself and fails', (_which, headers) => {
  test.each([
    ['is reported', undefined, 'w'],
    ['is not taken for the report of an attempt that may follow', { maximumAttempts: 2 }, 'w failed in r'],
  ])('%s', async (_what, retryPolicy, workflowId) => {
    fake.info = { ...fake.info, retryPolicy, parent };
    const { execute } = scene();
    const child = { ...headers, [COLLECTOR]: writeCollector('above/run') };
    await expect(execute(fails(new Error('failed')), child)).rejects.toThrow('failed');
    const reports = fake.said.filter(({ type }) => type === REPORT_DEPENDENCIES);
    expect(reports).toMatchObject([{ args: [{ reportTo: { collector: 'above/run', workflowId } }] }]);
  });
});

describe('a header that names who wants to know what it uses', () => {
  const nameOf = async (info: object) => {
    fake.info = { ...fake.info, ...info };
    const { execute } = scene();
    await execute(async () => 5, { [COLLECTOR]: writeCollector('above/run') });
    return fake.said
      .filter(({ type }) => type === REPORT_DEPENDENCIES)
      .map(({ args: [{ reportTo }] }) => reportTo);
  };

  test('counts for its parent, and for the root', async () => {
    const own = { collector: 'above/run', workflowId: 'w', run: 'r' };
    expect(await nameOf({ parent })).toEqual([own]);
    newWorkflow();
    const root = { workflowId: 'above', runId: 'run' };
    expect(await nameOf({ parent: { ...parent, workflowId: 'between' }, root })).toEqual([own]);
  });

  test('is to be proven for any other', async () => {
    const between = { ...parent, workflowId: 'between' };
    const root = { workflowId: 'root', runId: 'run' };
    expect(await nameOf({ parent: between, root })).toMatchObject([
      { collector: 'above/run', parent: between },
    ]);
  });

  test('counts for nothing where a client has started the Workflow', async () => {
    expect(await nameOf({})).toEqual([]);
  });
});
