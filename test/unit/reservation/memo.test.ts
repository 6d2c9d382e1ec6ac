/** What a reservation shows of itself in Temporal's UI. */
import { detailsOf, memoOf } from '../../../src/wire/reservation-memo';
import { begunBy, type Caller } from '../../../src/wire/reservation';

const AT = Date.UTC(2026, 2, 1, 12);
const about = { name: 'random', key: 'abcdef0123456789'.repeat(4), activityType: 'train' };

const caller = (id: string, kind: Caller['kind'] = 'slot'): Caller => ({
  id,
  attempt: 2,
  kind,
  activityId: '1',
  isLocal: false,
  ticket: 17,
  forMs: 60_000,
});

test('the memo says who has the turn since when, and how many wait', () => {
  const state = begunBy(caller('w/r/1'), AT);
  state.waiting.push(caller('v/r/1'), caller('u/r/1'));
  expect(memoOf(state, about)).toEqual({
    key: about.key,
    activityType: 'train',
    holder: 'w/r/1',
    since: '2026-03-01T12:00:00.000Z',
    waiting: 2,
    round: 1,
    ticket: 17,
    holding: ['w/r/1#2'],
    promised: [],
    epoch: 'random/0',
  });
});

test('a turn whose Activity has not started yet is a promise', () => {
  const { holding, promised } = memoOf(begunBy(caller('w/r/1', 'workflow'), AT), about);
  expect([holding, promised]).toEqual([[], ['w/r/1#2']]);
});

test('the details say the same in words with links into the UI, who is next, and what failed', () => {
  const runId = '0198c5a7-6f3e-7c1a-9a3e-0123456789ab';
  const of = (workflowId: string, kind: Caller['kind'] = 'slot'): Caller => ({
    ...caller(`${workflowId}/${runId}/1`, kind),
    workflowId,
    runId,
  });
  const state = begunBy(of('ml/exp 1', 'workflow'), AT);
  expect(detailsOf(state, about, 'fraud')).toBe(
    [
      '**train** · abcdef012345… · round 1',
      `Running: [ml/exp 1](/namespaces/fraud/workflows/ml%2Fexp%201/${runId}/history) (1) since 2026-03-01T12:00:00.000Z, not started yet`,
      'Waiting: 0',
    ].join('\n\n'),
  );
  state.waiting = Array.from({ length: 7 }, (_, i) => caller(`v\`${i}`));
  state.waiting[1] = { ...of('nightly', 'run'), activityId: '' };
  Object.assign(state, { holding: [], round: 3, failures: 2 });
  expect(detailsOf(state, about, 'fraud')).toBe(
    [
      '**train** · abcdef012345… · round 3',
      'Failed in a row: 2',
      'Running: none',
      'Waiting: 7',
      `Next: v\\\`0, [nightly](/namespaces/fraud/workflows/nightly/${runId}/history), v\\\`2, v\\\`3, v\\\`4, and 2 more`,
    ].join('\n\n'),
  );
});
