/** A walk through the live code that fails leaves nothing behind. */
import { Reach } from '../../../src/key/version/reach/reach';

const walked: unknown[] = [];
jest.mock('../../../src/key/version/reach/live-walk', () => ({
  LiveWalk: class {
    constructor(_inspector: unknown, code: unknown) {
      walked.push(code);
    }
    function(fn: () => void): never {
      throw new Error(fn.name);
    }
  },
}));

test('after a function that could not be read, the next one is read anew', () => {
  const reach = new Reach();
  const failures: unknown[] = [];
  const read = (fn: () => void) => {
    try {
      reach.of(fn); // without `expect`, which may load code, so that the walk starts anew for that
    } catch (error) {
      failures.push(error);
    }
  };
  read(function one() {});
  read(function two() {});
  reach.close();
  expect(failures).toEqual([new Error('one'), new Error('two')]);
  expect(walked).toHaveLength(2);
  expect(walked[0]).not.toBe(walked[1]);
});
