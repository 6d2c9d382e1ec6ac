/** A Worker of an SDK that lacks what the cache needs does not start, and says why. */
import type { Worker } from '@temporalio/worker';
import { CacheOptionsError } from 'temporal-activity-cache';
import { compiledOptionsOf } from '../../src/worker/sdk';

const whole = {
  loadedDataConverter: { payloadConverter: {} },
  activities: new Map<string, unknown>(),
  interceptors: { activity: [] as unknown[] },
};
const worker = (options: object) => ({ options }) as unknown as Worker;

test('nothing is missing', () => expect(compiledOptionsOf(worker(whole))).toBe(whole));

test.each([
  ['loadedDataConverter', 'loadedDataConverter'],
  ['activities', 'activities'],
  ['interceptors', 'interceptors.activity'],
] as const)('without %s the error names %s', (part, name) => {
  const options = worker({ ...whole, [part]: undefined });
  expect(() => compiledOptionsOf(options)).toThrow(CacheOptionsError);
  expect(() => compiledOptionsOf(options)).toThrow(name);
});
