/**
 * Some random programs; `npm run fuzz` runs thousands. They replace Workers all the time, so they share no threads.
 *
 * @jest-environment node
 */
import { MemoryStore } from 'temporal-activity-cache';
import { bundles, connect } from './fleet';
import { generate } from './generate';
import { Judge } from './judge';
import { expectNoFailure } from './no-failure';
import onceFailed from './once-failed.json';
import { allNodes, type Program } from './program';
import { shrink } from './shrink';

test(
  'programs with a cache do what they do without it, and replay',
  () =>
    expectNoFailure({
      seed: 'npm test',
      seconds: Infinity,
      programs: 10,
      atOnce: 8,
      shrinks: 0,
      patienceMs: 90_000,
    }),
  20 * 60_000, // A program that is stuck, and then its twin, is watched for minutes before it is judged.
);

test('programs that once failed do what they do without a cache', async () => {
  const to = await connect(process.env.TEST_TEMPORAL_ADDRESS!);
  const judge = await Judge.open(to, await bundles(), new MemoryStore(), { patienceMs: 30_000 });
  try {
    for (const program of onceFailed as Program[]) {
      const { findings, skipped } = await judge.judge(program);
      expect({ program: program.name, findings, skipped }).toEqual({ program: program.name, findings: [] });
    }
  } finally {
    await judge.close();
    await to.close();
  }
}, 200_000);

/** A call is cancelled before it is sent; the run ends, and then a call is made. */
const afterEnd: Program = {
  name: 'after its end',
  phases: [
    {
      do: 'cancelAfter',
      microtasks: 1,
      of: [
        {
          do: 'spawn',
          of: [
            {
              do: 'cleanUp',
              of: [
                { do: 'call', site: 0, type: 8, key: 'k1', ms: 50, of: [] },
                { do: 'call', site: 1, type: 8, key: 'k2', of: [] },
              ],
            },
          ],
        },
      ],
    },
  ],
  signals: 0,
  queries: 0,
  waits: false,
  kept: false,
};

test('a program that is stuck without the plugin, because it commands something after its end, is named', async () => {
  const to = await connect(process.env.TEST_TEMPORAL_ADDRESS!);
  const judge = await Judge.open(to, await bundles(), new MemoryStore(), { patienceMs: 60_000 });
  try {
    const { findings, skipped, isStuckAfterEnd } = await judge.judge(afterEnd);
    expect({ findings, skipped, isStuckAfterEnd }).toEqual({ findings: [], isStuckAfterEnd: true });
  } finally {
    await judge.close();
    await to.close();
  }
}, 200_000);

test('a seed makes the same programs again, others make others', () => {
  expect(generate('1', 7)).toEqual(generate('1', 7));
  expect(generate('1', 7)).not.toEqual(generate('1', 8));
  expect(generate('1', 7)).not.toEqual(generate('2', 7));
});

test('there are programs of every kind', () => {
  const programs = Array.from({ length: 1_000 }, (_, i) => generate('every kind', i));
  const kinds = new Set(programs.flatMap((program) => allNodes(program).map((node) => node.do)));
  expect([...kinds].sort()).toEqual(
    [
      [
        'all',
        'allSettled',
        'any',
        'call',
        'cancelAfter',
        'cancelOnFirst',
        'catch',
        'child',
        'cleanUp',
        'fan',
      ],
      [
        'finally',
        'nonCancellable',
        'race',
        'sequence',
        'signal',
        'sleep',
        'spawn',
        'throw',
        'timeout',
        'wrap',
      ],
    ].flat(),
  );
});

test('a program that fails is made smaller, as long as it fails', async () => {
  const isCached = (program: ReturnType<typeof generate>) =>
    allNodes(program).filter((node) => node.do === 'call' && node.cache !== undefined).length >= 2;
  const program = Array.from({ length: 100 }, (_, i) => generate('to be made smaller', i)).find(isCached)!;
  const small = await shrink(program, async (smaller) => isCached(smaller), 1_000);
  expect(allNodes(small)).toHaveLength(3);
  expect(isCached(small)).toBe(true);
});
