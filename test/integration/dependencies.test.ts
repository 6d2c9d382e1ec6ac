/** A Workflow that is cached by its code depends on what it used: other versions of that, other results. */
import { randomUUID } from 'node:crypto';
import { CachePlugin, cacheReport, MemoryStore } from 'temporal-activity-cache';
import { bundleWithPlugin, withWorker } from '../helpers/temporal';

const workflowsPath = require.resolve('../helpers/whole-workflows');

type Body = (x: number) => Promise<unknown>;

/** Runs Workers one after the other over one store, each with its own Activities. */
function scene() {
  const store = new MemoryStore();
  const taskQueue = `dependencies-${randomUUID()}`;
  const run = async (activities: Record<string, Body>, workflow: string, args: unknown[] = [1]) =>
    withWorker(
      {
        taskQueue,
        workflowBundle: await bundleWithPlugin(workflowsPath),
        activities,
        plugins: [new CachePlugin({ store })],
      },
      async ({ start }) => {
        const handle = await start(workflow, ...args);
        const value = await handle.result();
        const { rows } = await cacheReport(handle);
        return {
          value,
          told: rows.map(({ status, why, detail }) => [status, why, detail].filter(Boolean).join(' ')),
        };
      },
    );
  return { run };
}

const f1: Body = async (x) => `f1 ${x}`;
const f2: Body = async (x) => `f2 ${x}`;
const g1: Body = async (x) => `g1 ${x}`;
const g2: Body = async (x) => `g2 ${x}`;
const other1: Body = async () => 1;
const other2: Body = async () => 2;

test('another body of an Activity that a Workflow used is another result; of one it did not use it is not', async () => {
  const { run } = scene();
  const first = await run({ f: f1, g: g1, other: other1 }, 'automatic');
  expect(first).toEqual({ value: ['f1 1', 'seen'], told: ['stored new'] });
  const same = await run({ f: f1, g: g1, other: other1 }, 'automatic');
  expect(same).toEqual({ value: ['f1 1', 'seen'], told: ['hit'] });
  const unrelated = await run({ f: f1, g: g2, other: other2 }, 'automatic');
  expect(unrelated).toEqual({ value: ['f1 1', 'seen'], told: ['hit'] });
  const changed = await run({ f: f2, g: g2, other: other2 }, 'automatic');
  expect(changed.value).toEqual(['f2 1', 'seen']);
  expect(changed.told).toEqual([
    expect.stringMatching(/^stored invalidated another version of activity 'f'/),
  ]);
  expect((await run({ f: f2, g: g1, other: other1 }, 'automatic')).told).toEqual(['hit']);
});

test('what a child used counts for its parent, and for the parent of that', async () => {
  const { run } = scene();
  for (const workflow of ['composed', 'outer']) {
    const cold = await run({ f: f1, g: g1 }, workflow, [workflow === 'outer' ? 2 : 1]);
    expect(cold.told).toEqual(['stored new']);
    expect((await run({ f: f1, g: g1 }, workflow, [workflow === 'outer' ? 2 : 1])).told).toEqual(['hit']);
  }
  const changed = await run({ f: f1, g: g2 }, 'outer', [2]);
  expect(changed.value).toEqual({ inner: ['f1 2', 'g2 2'] });
  expect(changed.told[0]).toMatch(/^stored invalidated another version of activity 'g'/);
});

test('a Workflow that is given a version does not depend on what it used', async () => {
  const { run } = scene();
  expect((await run({ f: f1 }, 'whole')).value).toBe('f1 1');
  expect(await run({ f: f2 }, 'whole')).toEqual({ value: 'f1 1', told: ['hit'] });
});
