/** Types in the plugin's `activities` that no Worker has are named once, with the nearest name. */
import { NamedTypes } from '../../src/worker/named-types';

const scene = (...named: string[]) => {
  const types = new NamedTypes(named);
  const warnings: { message: string; types: unknown }[] = [];
  const logger = {
    warn: (message: string, meta?: Record<string, unknown>) =>
      void warnings.push({ message, types: meta?.types }),
  };
  return { types, warnings, begin: () => types.begin(logger) };
};

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('all of them have one warning, a moment after the first Worker', () => {
  const { types, warnings, begin } = scene('trian', 'train', 'zzz');
  types.add(['train', 'report']);
  begin();
  begin();
  expect(warnings).toEqual([]);
  jest.runAllTimers();
  expect(warnings).toEqual([{ message: expect.any(String), types: ['trian', 'zzz'] }]);
  expect(warnings[0]!.message).toContain("'trian' (did you mean 'train'?), 'zzz'. Correct the names");
  begin();
  jest.runAllTimers();
  types.warn();
  expect(warnings).toHaveLength(1);
});

test('the end of a Worker that lives shorter does not keep it back', () => {
  const { types, warnings, begin } = scene('trian');
  types.add(['train']);
  begin();
  types.warn();
  expect(warnings).toHaveLength(1);
  expect(jest.getTimerCount()).toBe(0);
});

test('a Worker that comes in that moment makes its types known', () => {
  const { types, warnings, begin } = scene('report');
  types.add(['train']);
  begin();
  types.add(['report']);
  jest.runAllTimers();
  expect(warnings).toEqual([]);
});

test('without a Worker that has Activities nothing is said', () => {
  const { types, warnings } = scene('report');
  types.warn();
  expect([warnings, jest.getTimerCount()]).toEqual([[], 0]);
});

test("a Worker with an Activity 'default' has all types", () => {
  const { types, warnings, begin } = scene('report');
  types.add(['default']);
  begin();
  types.warn();
  expect([warnings, jest.getTimerCount()]).toEqual([[], 0]);
});
