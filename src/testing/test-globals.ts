/**
 * The functions of a test runner that the suites use. jest, and vitest with `globals: true`, put
 * them into the global scope.
 * The functions are described here, so that this entry point needs no types of a test runner.
 */
export interface TestGlobals {
  describe: (name: string, body: () => void) => void;
  test: (name: string, body: () => Promise<void>) => void;
  expect: (actual: unknown) => Matchers;
}

export interface Matchers {
  toBe(expected: unknown): void;
  toEqual(expected: unknown): void;
  toBeGreaterThan(than: number): void;
  toBeGreaterThanOrEqual(than: number): void;
  toBeLessThanOrEqual(than: number): void;
}

/** @throws if no test runner provides the functions */
export function testGlobals(): TestGlobals {
  const { describe, test, expect } = globalThis as Partial<TestGlobals>;
  if (describe !== undefined && test !== undefined && expect !== undefined) return { describe, test, expect };
  throw new Error(
    'temporal-activity-cache/testing: no describe, test and expect in the global scope; run it with jest, or with vitest and `globals: true`',
  );
}
