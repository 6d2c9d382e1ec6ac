/** What a run that continues as new hands on is taken by the run after it, and by nobody in the wrong way. */
import { defaultPayloadConverter } from '@temporalio/common';
import { type Continuation, continuationOf, writeContinuation } from '../../../src/wire/continuation';

const carried: Continuation = {
  question: {
    activityType: 'whole',
    activityId: '',
    cache: { version: '1' },
    mostBytes: 0,
    forMs: 1,
    workflow: { own: { source: 'async () => 1', declared: { version: '1' } } },
  },
  begin: { key: 'k', version: '1', why: 'new', tags: [], ticket: 3, startedAt: 5, parts: {} },
  ranMs: 10,
  collector: 'w/r1',
  turnOf: 'w/r1',
  from: 'r1',
};
const after = (continuedFromExecutionRunId?: string) => ({ continuedFromExecutionRunId });

test('the run after it takes all of it, but for the source, which the key has already', () => {
  const { question, ...rest } = continuationOf(writeContinuation(carried), after('r1'))!;
  const { question: _, ...others } = carried;
  expect(rest).toEqual(others);
  expect(question.workflow!.own).toEqual({ declared: { version: '1' } });
});

test('a retry of that run goes on, but has not the turn: the failure has ended it', () => {
  const taken = continuationOf(writeContinuation(carried), after('r2'))!;
  expect(taken.turnOf).toBeUndefined();
  expect(taken.begin).toEqual(carried.begin);
});

test.each([
  undefined,
  null,
  defaultPayloadConverter.toPayload('text'),
  defaultPayloadConverter.toPayload(null),
  defaultPayloadConverter.toPayload({ ...carried, begin: {} }),
  defaultPayloadConverter.toPayload({ ...carried, ranMs: 'long' }),
  defaultPayloadConverter.toPayload({ ...carried, question: 1 }),
  { data: new Uint8Array([1]) },
])('what is no such header says nothing: %#', (payload) => {
  expect(continuationOf(payload, after('r1'))).toBeUndefined();
});
