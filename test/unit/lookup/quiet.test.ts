/** The end of an activation, which is noticed once. */
import { conditions } from '../../../src/interceptors/workflow/sdk';
import { whenQuiet } from '../../../src/interceptors/workflow/quiet';

interface Condition {
  fn: () => boolean;
  resolve: () => void;
}
const blockedConditions = new Map<number, Condition>();
jest.mock('../../../src/interceptors/workflow/sdk', () => ({ conditions: jest.fn() }));
jest.mocked(conditions).mockReturnValue({ blockedConditions, nextSeqs: { condition: 1 } } as never);

/** As the SDK does it: a condition is removed after it was resumed. */
function tryUnblock(): void {
  for (const [seq, condition] of blockedConditions)
    if (condition.fn()) {
      condition.resolve();
      blockedConditions.delete(seq);
    }
}

test('what is done then, and checks the conditions again as each job of an activation does, is done once', async () => {
  let acts = 0;
  whenQuiet(() => {
    acts++;
    if (acts < 3) tryUnblock();
  });
  tryUnblock();
  expect(acts).toBe(0); // microtasks are left
  await Promise.resolve();
  tryUnblock();
  expect(acts).toBe(1);
  expect(blockedConditions.size).toBe(0);
});
