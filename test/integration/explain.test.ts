/** Why the calls of a run were hits or misses, as the command line tells it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached, CachePlugin, type Explanation, SqliteStore } from 'temporal-activity-cache';
import { run } from '../helpers/cli/run';
import { address, bundle, withWorker } from '../helpers/temporal';
import { connectTo } from '../../src/cli/temporal';
import { scaledBy } from '../helpers/scaling';
import { until } from '../helpers/until';

const folder = mkdtempSync(join(tmpdir(), 'explain-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, 'cache.db');
const setting = {
  store: () => new SqliteStore(path),
  connect: () => connectTo({ address: address(), namespace: 'default' }, {}),
};

test('a run after an edit names the code, an argument its path, and an invalidation the call that made it', async () => {
  const workflowBundle = await bundle({ plugins: [new CachePlugin({ store: `sqlite:${path}` })] });
  const runWith = async (factor: number, rows: number[], before = async (_: CachePlugin) => {}) => {
    const plugin = new CachePlugin({ store: `sqlite:${path}` });
    await before(plugin);
    const scale = cached({ tags: ['scaled'] }, scaledBy(factor));
    const plain = cached({ version: '1' }, async (x: number) => x);
    return withWorker(
      { activities: { scale, plain }, workflowBundle, plugins: [plugin] },
      async ({ start }) => {
        const handle = await start('sequence', [
          { type: 'scale', args: [{ rows }] },
          { type: 'plain', args: [1] },
        ]);
        await handle.result();
        const told = await run(`explain ${handle.workflowId} --json`, setting);
        expect([told.code, told.err]).toEqual([0, '']);
        const shown = await run(`explain ${handle.workflowId}`, setting);
        const report = await run(`report ${handle.workflowId} --json`, setting);
        const { rows: reported } = JSON.parse(report.out) as { rows: { detail?: string }[] };
        return { said: JSON.parse(told.out) as Explanation[], shown: shown.out, detail: reported[0]!.detail };
      },
    );
  };
  const inBrief = ({ said: [scale] }: { said: Explanation[] }) => [
    scale!.verdict,
    scale!.why,
    scale!.against?.chosen,
    ...scale!.differences.map(({ item }) => item),
  ];

  const first = await runWith(2, [1, 2]);
  expect(first.said.map(({ why, reason }) => [why, reason])).toEqual(
    first.said.map(({ activityType: type }) => [
      'new',
      `no entry had this key, and '${type}' has no earlier result in this store`,
    ]),
  );
  expect(first.said).toHaveLength(2);
  const hit = await runWith(2, [1, 2]);
  expect(hit.said.map(({ verdict }) => verdict)).toEqual(['hit', 'hit']);
  expect(hit.shown).toBe('2 of 2 calls came from the cache.\n');

  const edited = await runWith(3, [1, 2]);
  const factor = 'version · reachableCode · test/helpers/scaling.ts#scaledBy: factor';
  expect(inBrief(edited)).toEqual(['stored', 'new', 'same inputs', factor]);
  expect(edited.detail).toBe(factor);
  expect(edited.shown).toContain(factor);
  expect(edited.shown).toContain('the last result of the same inputs');

  const other = await runWith(3, [1, 5]);
  expect(inBrief(other)).toEqual(['stored', 'new', 'same call', 'inputs · data.rows.1']);
  expect(other.detail).toBe('inputs · data.rows.1');

  await runWith(4, [1, 9]);
  const sibling = await runWith(4, [1, 2]);
  expect(inBrief(sibling)).toEqual(['stored', 'new', 'same inputs', factor]);

  const gone = await runWith(3, [1, 5], async (plugin) => void (await plugin.invalidate({ tag: 'scaled' })));
  expect(inBrief(gone)).toEqual(['stored', 'invalidated', undefined]);
  expect(gone.said[0]!.reason).toMatch(
    /^the entry of this key was invalidated: by invalidate\(\{ tag: scaled \}\) at 20/,
  );
});

test('a call is compared with what the run before had, also where that was a hit', async () => {
  const file = join(folder, 'hits.db');
  const plugin = new CachePlugin({ store: `sqlite:${file}` });
  const workflowBundle = await bundle({ plugins: [new CachePlugin({ store: `sqlite:${file}` })] });
  const plain = cached({ version: '1' }, async (x: number[]) => x.length);
  await withWorker(
    { activities: { plain }, workflowBundle, plugins: [plugin] },
    async ({ client, start }) => {
      const call = async (workflow: string, x: number[]) => {
        const handle = await start(workflow, [{ type: 'plain', args: [x] }]);
        await handle.result();
        const isOver = `WorkflowId = '${handle.workflowId}' AND ExecutionStatus = 'Completed'`;
        await until(async () => (await client.workflow.count(isOver)).count === 1);
        return handle.workflowId;
      };
      // No other test file starts many of these, of which the last five are compared with.
      await call('describeResults', [1, 1]);
      await call('parallel', [2, 2]);
      await call('describeResults', [2, 2]); // a hit
      const told = await run(`explain ${await call('describeResults', [1, 2])} --json`, {
        store: () => new SqliteStore(file),
        connect: () => connectTo({ address: address(), namespace: 'default' }, {}),
      });
      const [{ against, differences }] = JSON.parse(told.out) as [Explanation];
      expect([against!.chosen, against!.workflowId!.split('-')[0]]).toEqual(['same call', 'parallel']);
      expect(differences.map(({ item }) => item)).toEqual(['inputs · x.0']);
    },
  );
});
