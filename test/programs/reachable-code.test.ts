/** A version changes with each edit that changes what an Activity answers: counted by running it. */
import { readingsOf } from '../helpers/generated-project/run';
import { tally } from '../helpers/generated-project/tally';

test('40 edits of 25 modules, compiled by tsc: none is missed', () => {
  const readings = readingsOf(3, 25, 40, 'tsc');
  expect(new Set(readings.map(({ answers }) => answers.join())).size).toBeGreaterThan(8); // else this proves nothing
  expect(tally(readings).missed).toEqual([]);
});
