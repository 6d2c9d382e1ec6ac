/** How much look-ups may return: a bound for each Workflow Task and for each run, and for how many are under way. */
import fc from 'fast-check';
import { Budget, INLINE_BYTES } from '../../../src/lookup/budget';

const [TASK_BYTES, RUN_BYTES, IN_FLIGHT] = [1024 * 1024, 10 * 1024 * 1024, 32];

/** Runs what is ready. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A Workflow whose look-ups return when the test says so. */
function workflow() {
  let task = 0;
  const budget = new Budget(() => task);
  const underWay: { mostBytes: number; end: (bytes: number) => void; fail: () => void }[] = [];
  const look = (mostBytes: number, ended: (bytes: number) => void) =>
    new Promise<{ bytes: number } | undefined>((resolve) =>
      underWay.push({
        mostBytes,
        end: (bytes) => {
          ended(bytes);
          resolve({ bytes });
        },
        fail: () => {
          ended(0);
          resolve(undefined);
        },
      }),
    );
  const ask = () => budget.spend(look);
  return { underWay, ask, nextTask: () => ++task, task: () => task };
}

test('never more than 32 under way, never more than 1 MB a Workflow Task or 10 MB a run, and none is forgotten', async () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ ask: fc.integer({ min: 1, max: 80 }) }) },
    {
      weight: 8,
      arbitrary: fc.record({
        end: fc.nat(),
        times: fc.integer({ min: 1, max: 60 }),
        fill: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ fail: fc.nat() }) },
    { weight: 1, arbitrary: fc.constant({ task: true }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 120 }), async (steps) => {
      const { underWay, ask, nextTask } = workflow();
      let [asked, ended, ofTask, ofRun] = [0, 0, 0, 0];
      const check = () => {
        expect(underWay.length).toBeLessThanOrEqual(IN_FLIGHT);
        expect(underWay.length).toBe(Math.min(IN_FLIGHT, asked - ended));
        const promised = underWay.reduce((sum, { mostBytes }) => sum + mostBytes, 0);
        expect(ofTask).toBeLessThanOrEqual(TASK_BYTES);
        expect(promised).toBeLessThanOrEqual(TASK_BYTES);
        expect(ofRun + promised).toBeLessThanOrEqual(RUN_BYTES);
      };
      for (const step of steps) {
        if ('ask' in step) {
          for (let i = 0; i < step.ask; i++) void ask();
          asked += step.ask;
        } else if ('end' in step) {
          for (let i = 0; i < step.times && underWay.length > 0; i++) {
            const [one] = underWay.splice(step.end % underWay.length, 1);
            const bytes = Math.floor(one!.mostBytes * step.fill);
            ofTask += bytes;
            ofRun += bytes;
            ended++;
            one!.end(bytes);
            await settled();
          }
        } else if ('fail' in step) {
          const [one] = underWay.splice(step.fail % (underWay.length || 1), 1);
          if (one !== undefined) ended++;
          one?.fail();
        } else {
          nextTask();
          ofTask = 0;
        }
        await settled();
        check();
      }
    }),
    { numRuns: 50 },
  );
}, 60_000);

test.each([1, 5, 32])(
  '1,000 small values in one Workflow Task are all returned, though they come %i at a time',
  async (together) => {
    const { underWay, ask } = workflow();
    const all = Array.from({ length: 1_000 }, ask);
    let served = 0;
    await settled();
    while (underWay.length > 0) {
      for (const { mostBytes, end } of underWay.splice(0, together)) {
        expect(mostBytes).toBeGreaterThanOrEqual(1_000);
        end(600);
        served++;
      }
      await settled();
    }
    await Promise.all(all);
    expect(served).toBe(1_000);
  },
);

test('32 values of 32 kB fit, all at once', async () => {
  const { underWay, ask } = workflow();
  for (let i = 0; i < 40; i++) void ask();
  await settled();
  expect(underWay.map(({ mostBytes }) => mostBytes)).toEqual(Array.from({ length: 32 }, () => INLINE_BYTES));
});

test('where a Workflow Task has no room any more, the next one has; a run that has none stays so', async () => {
  const { underWay, ask, nextTask } = workflow();
  const allowed: number[] = [];
  for (let i = 0; i < 400; i++) {
    if (i % 40 === 0) nextTask();
    const asked = ask();
    const one = underWay.shift()!;
    allowed.push(one.mostBytes);
    one.end(one.mostBytes);
    await asked;
  }
  expect(allowed).toEqual(Array.from({ length: 400 }, (_, i) => (i % 40 < 32 ? INLINE_BYTES : 0)));
  nextTask();
  void ask();
  expect(underWay[0]!.mostBytes).toBe(0);
});
