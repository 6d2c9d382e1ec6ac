/** Signals may come from anybody: what is no caller, no attempt and no end of a turn is left out. */
import {
  attemptOf,
  isAttempt,
  isCaller,
  isSettled,
  UNLIMITED_MS,
  reservationId,
  scopeIn,
} from '../../../src/wire/reservation';

const RUN = '0198c5a7-6f3e-7c1a-9a3e-0123456789ab';
const caller = {
  id: `w/${RUN}/1`,
  attempt: 1,
  kind: 'slot',
  workflowId: 'w',
  runId: RUN,
  activityId: '1',
  isLocal: false,
  process: 'lease/p',
  ticket: 7,
  forMs: 60_000,
};
const NOTHING: unknown[] = [undefined, null, 0, 1, NaN, '', 'a', true, [], {}, [caller], () => {}, 1n];

test.each([
  caller,
  { ...caller, kind: 'workflow' },
  { ...caller, workflowId: undefined },
  { ...caller, process: undefined },
  { ...caller, runId: undefined },
  { ...caller, forMs: UNLIMITED_MS },
  { ...caller, more: 'than is known today' },
])('a caller: %j', (value) => {
  expect(isCaller(JSON.parse(JSON.stringify(value)))).toBe(true);
});

test.each(NOTHING)('%p is nobody', (value) => {
  expect([isCaller(value), isAttempt(value), isSettled(value)]).toEqual([false, false, false]);
});

test.each<[keyof typeof caller, unknown[]]>([
  ['id', [undefined, null, 1, {}, ['w']]],
  ['attempt', [undefined, null, '1', 1.5, NaN, Infinity, 2 ** 53]],
  ['kind', [undefined, null, 'Slot', '', 1, ['slot']]],
  ['workflowId', [null, '', 1, {}, ['w']]],
  ['runId', [null, '', 'r', 1, {}, [RUN], `${RUN}\n`, RUN.slice(1)]],
  ['activityId', [undefined, null, 1, {}]],
  ['process', [null, 1, {}, ['lease/p']]],
  ['ticket', [undefined, null, '7', NaN, Infinity]],
  ['forMs', [undefined, null, '1', NaN, Infinity, -1, UNLIMITED_MS + 1, Number.MAX_VALUE]],
])('whose %s is no such thing is no caller', (field, values) => {
  for (const value of values)
    expect([value, isCaller({ ...caller, [field]: value })]).toEqual([value, false]);
});

test.each(['stored', 'unstored', 'failed', 'released'])('a turn may end as %s', (outcome) => {
  expect(isSettled({ id: 'a', attempt: 1, outcome })).toBe(true);
});

test.each([undefined, null, 'gone', 'Stored', '', 1, ['stored'], { stored: true }])(
  'a turn does not end as %p',
  (outcome) => {
    expect(isSettled({ id: 'a', attempt: 1, outcome })).toBe(false);
  },
);

test('an attempt has a name of its own', () => {
  expect(attemptOf({ id: 'w/r/1', attempt: 2 })).toBe('w/r/1#2');
});

test('the id of a reservation fits into what Temporal takes, however long the names', () => {
  const key = 'f'.repeat(64);
  expect(reservationId('i', { scope: 's', activityType: 'f', key })).toBe(`activity-cache/v1/i/s/f/${key}`);
  const long = { scope: 's'.repeat(5_000), activityType: 'f'.repeat(5_000), key };
  const identity = '0198c5a7-6f3e-7c1a-9a3e-0123456789ab';
  expect(reservationId(identity, long).length).toBeLessThan(600);
  expect(reservationId(identity, long).endsWith(key)).toBe(true);
});

test.each([
  ['', 'train', '/i/train/', ''],
  ['fraud/production', 'ml/train', '/i/fraud/production/ml/train/', 'fraud/production'],
  ['/a//b/', '/f', '/i/a/b/f/', 'a/b'],
])(
  'the id for the scope %p and the type %p has no empty part, and says the scope',
  (scope, activityType, part, said) => {
    const reserved = { scope, activityType, key: 'k' };
    expect(reservationId('i', reserved)).toBe(`activity-cache/v1${part}k`);
    expect(scopeIn(reservationId('i', reserved), 'i', reserved)).toBe(said);
  },
);
