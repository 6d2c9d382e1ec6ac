/** A run that continued as new is alive in the run that has taken over its turn, and in no other of its Workflow id. */
import { livenessActivities } from '../../../src/activities/liveness';
import { type Continuation, writeContinuation } from '../../../src/wire/continuation';
import { CONTINUATION } from '../../../src/wire/names';
import { MemoryStore } from '../../../src/store/memory';
import { callerNamed } from '../../helpers/fake-reservations';

const carried = {
  from: 'r7',
  question: { activityType: 'w', activityId: '' },
  begin: { key: 'k', tags: [] },
  ranMs: 1,
  collector: 'w/r1',
  turnOf: 'w/r1',
} as unknown as Continuation;

const taken = {
  header: { fields: { [CONTINUATION]: writeContinuation(carried) } },
  continuedExecutionRunId: 'r7',
};

function lifeAfter(latest: { status: string; started?: object }) {
  const describe = async (runId?: string) =>
    runId === 'r1'
      ? { status: { name: 'CONTINUED_AS_NEW' }, runId, raw: {} }
      : { status: { name: latest.status }, runId: 'r8', raw: {} };
  const asked: unknown[] = [];
  const client = {
    options: { namespace: 'n' },
    workflow: { getHandle: (_id: string, runId?: string) => ({ describe: () => describe(runId) }) },
    workflowService: {
      getWorkflowExecutionHistory: async ({ execution }: { execution: unknown }) => {
        asked.push(execution);
        return { history: { events: [{ workflowExecutionStartedEventAttributes: latest.started }] } };
      },
    },
  };
  const held = {
    ...callerNamed('w/r1'),
    kind: 'run' as const,
    workflowId: 'w',
    runId: 'r1',
    since: 0,
    started: true,
  };
  const { lifeOf } = livenessActivities(client as never, new MemoryStore());
  return { life: lifeOf(held, { forMs: 60_000, leaseMs: 5_000 }), asked };
}

test('a run that goes on with it, or the reset of one', async () => {
  const { life, asked } = lifeAfter({ status: 'RUNNING', started: taken });
  expect(await life).toEqual({ gone: false });
  expect(asked).toEqual([{ workflowId: 'w', runId: 'r8' }]);
});

test.each<[string, object | undefined]>([
  ['a Workflow that was started later', { header: null, continuedExecutionRunId: '' }],
  ['one that is forged', { ...taken, continuedExecutionRunId: '' }],
  ['a retry, whose failed attempt has ended the turn', { ...taken, continuedExecutionRunId: 'r8' }],
  [
    'a later execution that has a turn of its own',
    { ...taken, header: { fields: { [CONTINUATION]: writeContinuation({ ...carried, turnOf: 'w/r6' }) } } },
  ],
  ['one of which nothing is known', undefined],
])('not: %s', async (_, started) => {
  expect(await lifeAfter({ status: 'RUNNING', started }).life).toEqual({ gone: true });
});

test.each(['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT'])(
  'nor one that is %s',
  async (status) => {
    const { life, asked } = lifeAfter({ status, started: taken });
    expect(await life).toEqual({ gone: true });
    expect(asked).toEqual([]);
  },
);
