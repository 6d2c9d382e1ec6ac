/** `hitIf`: a stored result that does not count any more is a miss that heals. */
import { RawValue } from '@temporalio/common';
import { cached, type CacheOptions } from 'temporal-activity-cache';
import { MockWorker } from '../helpers/mock';

const counting = (options: CacheOptions, result: (run: number) => unknown = (run) => run) => {
  let runs = 0;
  return new MockWorker({ f: cached(options, async (_id: number) => result(++runs)) });
};
const whys = (worker: MockWorker) => worker.told.map(({ status, why }) => `${status} ${why ?? ''}`.trim());

test.each([
  ['at once', (result: number) => result !== 1],
  ['later', async (result: number) => result !== 1],
])('with false, %s, the Activity runs, and its result replaces the stored one', async (_, hitIf) => {
  const worker = counting({ hitIf });
  expect([await worker.call('f', 7), await worker.call('f', 7), await worker.call('f', 7)]).toEqual([
    1, 2, 2,
  ]);
  expect(whys(worker)).toEqual(['stored new', 'stored hit-if', 'hit']);
});

test('it gets the result as the caller gets it, and the arguments of this call', async () => {
  const asked: unknown[] = [];
  const hitIf = (...call: unknown[]) => asked.push(call) > 0;
  const worker = counting({ hitIf, ignoredInputs: 0 }, () => undefined);
  await worker.call('f', 1);
  await worker.call('f', 2);
  expect(asked).toEqual([[undefined, [2]]]);
});

test('of an Activity that returns a RawValue it gets the RawValue', async () => {
  const asked: unknown[] = [];
  const worker = counting({ hitIf: (result) => asked.push(result) > 0 }, () => new RawValue('raw'));
  await worker.call('f', 1);
  await worker.call('f', 1);
  expect(asked).toEqual([expect.any(RawValue)]);
});

test.each<[string, CacheOptions['hitIf']]>([
  ['throws', () => fail()],
  ['rejects', async () => fail()],
  ['returns nothing', (() => undefined) as never],
])('one that %s accepts nothing, and is named once', async (_, hitIf) => {
  const worker = counting({ hitIf });
  expect([await worker.call('f', 1), await worker.call('f', 1), await worker.call('f', 1)]).toEqual([
    1, 2, 3,
  ]);
  expect(worker.warnings).toEqual([expect.stringContaining("fix the 'hitIf' function")]);
});

test('it is not asked where nothing was found', async () => {
  let asked = 0;
  const worker = counting({ hitIf: () => ++asked > 0 });
  await worker.call('f', 1);
  await worker.call('f', 2);
  expect(asked).toBe(0);
});

function fail(): never {
  throw new Error('the disk is gone');
}

test("a 'hitIf' that never answers costs 4 seconds, and the Activity runs", async () => {
  const f = cached({ version: '1', hitIf: () => new Promise<boolean>(() => {}) }, async (x: number) => x);
  const worker = new MockWorker({ f });
  expect([await worker.call('f', 1), await worker.call('f', 1)]).toEqual([1, 1]);
  expect(worker.statuses).toEqual(['stored new', 'stored hit-if']);
  expect(worker.warnings).toEqual([expect.stringContaining('activity cache: hit-if · f')]);
});
