/** What an Activity's author says to the cache counts, however it is said, and never fails the Activity. */
import { cached, type CacheContext, cacheContext } from 'temporal-activity-cache';
import type * as original from 'temporal-activity-cache';
import { MockWorker } from '../helpers/mock';

const twice = async (worker: MockWorker) => [await worker.call('f'), await worker.call('f')];

test('what is taken out of the context by its name works', async () => {
  const f = cached('auto', async () => {
    const { skip, setTtl } = cacheContext()!;
    setTtl('1 hour');
    skip('half a result');
    return 1;
  });
  const worker = new MockWorker({ f });
  await twice(worker);
  expect(worker.told).toMatchObject([1, 2].map(() => ({ status: 'unstored', detail: 'half a result' })));
});

test.each<[string, (context: CacheContext) => void]>([
  ['skip of an object', ({ skip }) => skip(Object.create(null))],
  ['skip of nothing', ({ skip }) => (skip as () => void)()],
  ['setTtl of an object', ({ setTtl }) => setTtl(Object.create(null))],
])('%s leaves the result unstored, and the Activity goes on', async (_name, say) => {
  const f = cached('auto', async () => {
    say(cacheContext()!);
    return 1;
  });
  const worker = new MockWorker({ f });
  expect(await twice(worker)).toEqual([1, 1]);
  expect(worker.statuses).toEqual(['unstored new skipped', 'unstored new skipped']);
});

test('what is said after the Activity has ended changes nothing', async () => {
  let kept: CacheContext | undefined;
  const f = cached('auto', async () => {
    kept = cacheContext();
    return 1;
  });
  const worker = new MockWorker({ f });
  await worker.call('f');
  kept!.skip('too late');
  await worker.call('f');
  expect(worker.statuses).toEqual(['stored new', 'hit']);
});

test('an Activity that has a copy of this package of its own speaks to the copy that caches it', async () => {
  let copy: typeof original | undefined;
  jest.isolateModules(() => {
    copy = jest.requireActual('temporal-activity-cache');
  });
  const { cached: wrap, cacheContext: context } = copy!;
  expect(context).not.toBe(cacheContext);
  const f = wrap('auto', async () => {
    context()!.skip('half a result');
    return 1;
  });
  const worker = new MockWorker({ f });
  await twice(worker);
  expect(worker.statuses).toEqual(['unstored new skipped', 'unstored new skipped']);
});

test('two concurrent Activities each speak of their own result', async () => {
  const f = cached('auto', async (name: string) => {
    await Promise.resolve();
    if (name === 'half') cacheContext()!.skip(name);
    return name;
  });
  const worker = new MockWorker({ f });
  await Promise.all(['half', 'whole', 'half'].map((name) => worker.call('f', name)));
  expect(worker.statuses.sort()).toEqual(['stored new', 'unstored new skipped', 'unstored new skipped']);
});
