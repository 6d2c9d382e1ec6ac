/** Versions against many edits of generated projects, in what each compiler makes of them. */
import { readingsOf } from '../helpers/generated-project/run';
import { tally } from '../helpers/generated-project/tally';

test.each([
  ['tsc', 200],
  ['tsc-esm', 60],
  ['swc', 60],
  ['esbuild', 60],
] as const)(
  '%s, %d edits of 50 modules: none is missed, at most 2 %% change a version in vain',
  (format, edits) => {
    const { missed, superfluous, calls } = tally(readingsOf(7, 50, edits, format));
    expect(missed).toEqual([]);
    expect(superfluous.length / calls).toBeLessThan(0.02);
  },
);
