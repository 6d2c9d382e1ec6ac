/** How long something lasts by those who look: time in which nobody could look does not count. */
import { WorkerWatch, Stopwatch } from '../../../src/reservation/caller/stopwatch';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());
const pass = (ms: number) => jest.advanceTimersByTime(ms);

test('what is seen once more has lasted as long as between the looks; something else begins anew', () => {
  const patience = new Stopwatch();
  const lasts = [patience.with('a')];
  for (const what of ['a', 'a', 'b', 'b', 'a']) {
    pass(1_000);
    lasts.push(patience.with(what));
  }
  expect(lasts).toEqual([0, 1_000, 2_000, 0, 1_000, 0]);
});

test('an event loop that was kept busy proves nothing: of a minute between two looks little counts', () => {
  const patience = new Stopwatch();
  patience.with('silent');
  pass(60_000);
  expect(patience.with('silent')).toBe(1_500);
  pass(1_500);
  expect(patience.with('silent')).toBe(3_000);
});

test('nobody works: noticed after some time, the next time after one second, and after an answer as at first', () => {
  const workers = new WorkerWatch();
  expect([undefined, 0, 1_001, 20_000].map((ms) => workers.isMissing(ms))).toEqual(Array(4).fill(false));
  expect(workers.isMissing(20_001)).toBe(true);
  expect([workers.isMissing(1_000), workers.isMissing(1_001)]).toEqual([false, true]);
  expect(workers.isMissing(undefined)).toBe(false);
  expect([workers.isMissing(20_000), workers.isMissing(20_001)]).toEqual([false, true]);
});
