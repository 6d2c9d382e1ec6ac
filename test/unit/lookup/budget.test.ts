/** How much look-ups may return: a bound for each Workflow Task and for each run. */
import fc from 'fast-check';
import { Budget, INLINE_BYTES } from '../../../src/wire/budget';

const [TASK_BYTES, RUN_BYTES] = [1024 * 1024, 10 * 1024 * 1024];

test('never more than 1 MB a Workflow Task or 10 MB a run, and as much as fits', () => {
  const step = fc.record({
    calls: fc.integer({ min: 1, max: 500 }),
    fill: fc.double({ min: 0, max: 1, noNaN: true }),
    isNextTask: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 80 }), (steps) => {
      let [task, ofTask, ofRun] = [0, 0, 0];
      const budget = new Budget(() => task);
      for (const { calls, fill, isNextTask } of steps) {
        if (isNextTask) [task, ofTask] = [task + 1, 0];
        const allowed = budget.allow(calls);
        const left = Math.min(TASK_BYTES - ofTask, RUN_BYTES - ofRun);
        expect(allowed).toBe(Math.min(calls * INLINE_BYTES, left));
        const bytes = Math.floor(allowed * fill);
        budget.spend(bytes);
        ofTask += bytes;
        ofRun += bytes;
        expect(ofTask).toBeLessThanOrEqual(TASK_BYTES);
        expect(ofRun).toBeLessThanOrEqual(RUN_BYTES);
      }
    }),
  );
});

test('an answer that arrives in the next Workflow Task counts for that one', () => {
  let task = 0;
  const budget = new Budget(() => task);
  expect(budget.allow(100)).toBe(TASK_BYTES);
  task = 1;
  budget.spend(TASK_BYTES);
  expect(budget.allow(1)).toBe(0);
  task = 2;
  expect(budget.allow(1)).toBe(INLINE_BYTES);
});
