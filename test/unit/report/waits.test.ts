/** What a Workflow waited for, by the answers of its look-ups. */
import { Waits } from '../../../src/report/waits';

const call = { activityType: 'train', activityId: '1' };
const wait = (holder: string, of: unknown = call) =>
  ({ answer: 'wait', key: 'k', ticket: 1, holder, of }) as Parameters<Waits['begin']>[0];

test('a wait lasts from the first look-up to what decides, whoever has the turn meanwhile', () => {
  const waits = new Waits();
  waits.begin(wait('a'), 10);
  waits.begin(wait('a'), 20);
  waits.begin(wait('b'), 30);
  expect(waits.end(call, 50)).toEqual([
    { holder: 'a', fromMs: 10, toMs: 30 },
    { holder: 'b', fromMs: 30, toMs: 50 },
  ]);
  expect(waits.end(call, 60)).toEqual([]);
});

test('a call that still waits has no end', () => {
  const waits = new Waits();
  waits.begin(wait('a'), 10);
  waits.begin(wait('a'), 20);
  expect(waits.open()).toEqual([{ ...call, scheduledMs: 10, waits: [{ holder: 'a', fromMs: 10 }] }]);
});

test.each([undefined, {}, { activityType: 1, activityId: '1' }])(
  'an answer that does not name its call, as from an older version, is left out: %j',
  (of) => {
    const waits = new Waits();
    waits.begin({ ...wait('a'), of: of as never }, 10);
    expect(waits.open()).toEqual([]);
  },
);
