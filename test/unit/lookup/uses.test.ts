/** What a run uses is known whole, or not at all. */
import { RESOLVE } from '../../../src/wire/names';
import { Uses } from '../../../src/interceptors/workflow/uses';
import { encodeOutcome, type Outcome } from '../../../src/wire/outcome';

const use = (type: string) => ({ kind: 'activity', taskQueue: 'q', type }) as const;

test('each once, with what the runs before used and the children that they started', () => {
  const before = new Uses();
  before.add(use('f'));
  before.addChild('child');
  const uses = new Uses(before.used);
  uses.add(use('g'));
  uses.add(use('f'));
  uses.addChild('another');
  expect(uses.used).toEqual({ uses: [use('f'), use('g')], children: ['child', 'another'], results: [] });
});

test.each<[string, (uses: Uses, i: number) => void]>([
  ['types', (uses, i) => uses.add(use(`f${i}`))],
  ['children', (uses, i) => uses.addChild(`child-${i}`)],
])('2,000 %s are kept; of more nothing is known', (_what, add) => {
  const uses = new Uses();
  for (let i = 0; i < 2_000; i++) add(uses, i);
  const { used } = uses;
  expect(used!.uses.length + used!.children.length).toBe(2_000);
  add(uses, 2_000);
  expect(uses.used).toBeUndefined();
});

const outcome = (more: Partial<Outcome>): Uint8Array =>
  encodeOutcome({ status: 'hit', key: 'k', version: '1', durationMs: 1, ...more });
const call = { activityType: 'f', activityId: '1' };
const entry = { ticket: 5, until: 9 };
const result = { type: 'f', key: 'k', version: '1', ...entry };

test('the entries that results say they are, each once, also of a look-up and of the runs before', () => {
  const before = new Uses();
  before.arrived(call, [outcome({ entry })]);
  before.arrived(call, [outcome({ status: 'stored', entry })]);
  const uses = new Uses(before.used);
  const lookUp = { activityType: RESOLVE, activityId: '2' };
  const of = { activityType: 'g', activityId: '3' };
  uses.arrived(lookUp, [outcome({ key: 'l', entry, of })]);
  uses.arrived(lookUp, []);
  expect(uses.used?.results).toEqual([result, { ...result, type: 'g', key: 'l' }]);
  expect(uses.used).toMatchObject(uses.usedByUnit!);
  expect(Object.keys(uses.used!)).toEqual(['uses', 'children', 'results']);
});

test.each<[string, Uint8Array[], object]>([
  ['says nothing of the cache', [], { unlabelled: ['f'] }],
  ['says what cannot be read', [new Uint8Array([1])], { unlabelled: ['f'] }],
  [
    'was not stored',
    [outcome({ status: 'unstored', reason: 'superseded' })],
    { unkept: expect.stringMatching(/'f'.*unstored, superseded/) },
  ],
  ['says it is an entry, and not which', [outcome({})], { unkept: expect.stringMatching(/'f'.*hit/) }],
  ['is of an Activity that is not cached', [outcome({ status: 'bypassed', reason: 'disabled' })], {}],
])('a result that %s', (_what, labels, known) => {
  const uses = new Uses();
  uses.arrived(call, labels);
  for (const { used } of [uses, new Uses(uses.used)])
    expect(used).toEqual({ uses: [], children: [], results: [], ...known });
});

test('2,000 results are kept; of more nothing is known, nor in the runs that follow', () => {
  const uses = new Uses();
  for (let i = 0; i < 2_000; i++) uses.arrived(call, [outcome({ key: `${i}`, entry })]);
  expect(uses.used?.results).toHaveLength(2_000);
  uses.arrived(call, [outcome({ entry })]);
  expect([uses.used, uses.usedByUnit]).toEqual([undefined, undefined]);
  expect(new Uses({ uses: [], children: [], tooMuch: true }).used).toBeUndefined();
});
