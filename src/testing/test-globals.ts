/**
 * What the suites use of a test runner: the functions that jest, and vitest with `globals: true`, put into the global scope.
 * Described here, so that the types of this entry point need no test runner's.
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

/** @throws where no test runner offers them */
export function testGlobals(): TestGlobals {
  const { describe, test, expect } = globalThis as Partial<TestGlobals>;
  if (describe !== undefined && test !== undefined && expect !== undefined) return { describe, test, expect };
  throw new Error(
    'temporal-activity-cache/testing: no describe, test and expect in the global scope; run it with jest, or with vitest and `globals: true`',
  );
}
