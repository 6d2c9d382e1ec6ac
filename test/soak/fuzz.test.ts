/**
 * Random programs for some minutes: see test/fuzz.
 *
 * @jest-environment node
 */
import { expectNoFailure } from '../fuzz/no-failure';

test(
  'programs with a cache do what they do without it, and replay',
  () =>
    expectNoFailure({
      seed: `${Date.now()}`,
      seconds: 60,
      programs: Infinity,
      atOnce: 10,
      shrinks: 1,
      patienceMs: 120_000,
    }),
  20 * 60_000,
);
