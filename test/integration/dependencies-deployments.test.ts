/** Versions of a Worker Deployment on one task queue: what a pinned run used is what its own version runs. */
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { toCanonicalString } from '@temporalio/common';
import { CachePlugin, cacheReport, MemoryStore } from 'temporal-activity-cache';
import { until } from '../helpers/until';
import { bundleWithPlugin, withWorker, type WorkerSetup } from '../helpers/temporal';

const workflowsPath = require.resolve('../helpers/depending-workflows');
const taskQueue = `deployments-${randomUUID()}`;
const deploymentName = `deployment-${randomUUID()}`;
const plugins = [new CachePlugin({ store: new MemoryStore() })];

const bodies = {
  1: async (x: number) => `f of 1 ${x}`,
  2: async (x: number) => `f of 2 ${x}`,
};

const worker = async (buildId: '1' | '2'): Promise<WorkerSetup> => ({
  taskQueue,
  plugins,
  workflowBundle: await bundleWithPlugin(workflowsPath),
  activities: { f: bodies[buildId] },
  workerDeploymentOptions: {
    version: { deploymentName, buildId },
    useWorkerVersioning: true,
    defaultVersioningBehavior: 'PINNED',
  },
});

/** Resolves when new runs are of that version: the server takes a moment to tell all of itself. */
async function makeCurrent({ workflowService: service }: Client, buildId: string): Promise<void> {
  const deployment = { namespace: 'default', deploymentName };
  const version = toCanonicalString({ deploymentName, buildId });
  await until(() =>
    service.setWorkerDeploymentCurrentVersion({ ...deployment, version }).then(
      () => true,
      () => false, // its Worker has not come yet
    ),
  );
}

test('each version finds its own results, and stores while the other one runs', async () => {
  await withWorker(await worker('1'), async ({ client }) => {
    const use = async (x: number, options = {}) => {
      const workflowId = randomUUID();
      const handle = await client.workflow.start('usesF', { taskQueue, workflowId, args: [x], ...options });
      const value: unknown = await handle.result();
      const { rows } = await cacheReport(handle);
      const own = rows.find(({ activityType }) => activityType === 'usesF');
      const detail = own?.why === 'new' ? undefined : own?.detail; // what is new is no matter here
      return [value, own?.status, own?.why, detail].filter(Boolean);
    };
    await makeCurrent(client, '1');
    await until(async () => String((await use(0))[0]).includes('of 1'));
    expect(await use(1)).toEqual(['f of 1 1', 'stored', 'new']);

    await withWorker(await worker('2'), async () => {
      expect(await use(1)).toEqual(['f of 1 1', 'hit']);
      expect(await use(2)).toEqual(['f of 1 2', 'stored', 'new']);
      expect(await use(2)).toEqual(['f of 1 2', 'hit']);

      await makeCurrent(client, '2');
      await until(async () => String((await use(0))[0]).includes('of 2'));
      const changed = `another version of activity 'f' on '${taskQueue}'`;
      expect(await use(1)).toEqual(['f of 2 1', 'stored', 'invalidated', changed]);
      expect(await use(1)).toEqual(['f of 2 1', 'hit']);

      const versioningOverride = { pinnedTo: { deploymentName, buildId: '1' } };
      expect(await use(1, { versioningOverride })).toEqual([
        'f of 1 1',
        'unstored',
        'invalidated',
        expect.stringContaining('moved to another deployment version'),
      ]);
      expect(await use(1)).toEqual(['f of 2 1', 'hit']);
    });
  });
});
