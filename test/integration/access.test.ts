/** Workers that only read, on a server: look-ups in Workflows, serialized calls, whole Workflows. */
import { cached, CachePlugin, MemoryStore } from 'temporal-activity-cache';
import { spied } from '../helpers/spy-store';
import { bundleWithPlugin, withWorker } from '../helpers/temporal';
import { told } from '../helpers/whole-scene';

const workflowsPath = require.resolve('../helpers/whole-workflows');

/** A Worker on `store`; what the runs of these Workflows returned and what their rows say. */
async function runs(cache: CachePlugin, all: [workflow: string, args: unknown[]][], options = {}) {
  const f = cached({ version: '1', serialize: true }, async (x: number) => x * 2);
  const setup = { activities: { f }, plugins: [cache], client: { plugins: [cache] } };
  const workflowBundle = await bundleWithPlugin(workflowsPath);
  return withWorker({ ...setup, workflowBundle, ...options }, async ({ start }) => {
    const ends: unknown[] = [];
    for (const [workflow, args] of all) {
      const handle = await start(workflow, ...args);
      ends.push([await handle.result(), ...(await told(handle))]);
    }
    return ends;
  });
}

test('they take what others have stored, run the rest, and write nothing', async () => {
  const store = new MemoryStore();
  await runs(new CachePlugin({ store }), [
    ['alone', [1]],
    ['automatic', [1]],
  ]);
  const { store: spy, calls } = spied(store);
  const before = await store.notes('');
  const reader = new CachePlugin({ store: spy, access: 'read' });
  expect(
    await runs(reader, [
      ['alone', [1]],
      ['alone', [2]],
      ['automatic', [2]],
      ['plain', [1]],
      ['plain', [3]],
    ]),
  ).toEqual([
    [2, 'alone hit'],
    [4, 'f unstored new readonly', 'alone unstored new readonly'],
    [[4, 'seen'], 'f unstored new readonly', 'automatic unstored new readonly'],
    [2, 'f hit'],
    [6, 'f unstored new readonly'],
  ]);
  // Without a claim of the store's name there is no reservation.
  expect(new Set(calls)).toEqual(new Set(['look', 'notes']));
  expect(await store.notes('')).toEqual(before.map((note) => ({ ...note, ageMs: expect.any(Number) })));
});

test('a whole Workflow that is cached by its code is a hit where the reading Worker runs that code', async () => {
  const store = new MemoryStore();
  const writing = new CachePlugin({ store });
  const taskQueue = `access-${process.pid}`;
  await runs(writing, [['automatic', [1]]], { taskQueue });
  const reader = new CachePlugin({ store, access: 'read' });
  expect(await runs(reader, [['automatic', [1]]], { taskQueue: `${taskQueue}-of-the-reader` })).toEqual([
    [[2, 'seen'], 'automatic hit'],
  ]);
});
