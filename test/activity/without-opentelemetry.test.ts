/** `@opentelemetry/api` is optional: calls are cached where it is not installed. */
import { cached } from 'temporal-activity-cache';
import { MockWorker } from '../helpers/mock';

let asked = 0;
jest.mock('@opentelemetry/api', () => {
  asked++;
  throw Object.assign(new Error("Cannot find module '@opentelemetry/api'"), { code: 'MODULE_NOT_FOUND' });
});

test('without the package a call is stored, hit, bypassed, and fails as ever; it is looked for once', async () => {
  let bodies = 0;
  const f = cached('auto', async (x: number) => {
    if (x < 0) throw new Error('failed');
    return ++bodies;
  });
  const report = cached('disable', async () => 'r');
  const worker = new MockWorker({ f, report });
  expect([await worker.call('f', 1), await worker.call('f', 1), await worker.call('report')]).toEqual([
    1,
    1,
    'r',
  ]);
  await expect(worker.call('f', -1)).rejects.toThrow('failed');
  expect(asked).toBe(1);
});
