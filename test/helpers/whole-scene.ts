/** A Worker with Workflows that are cached as a whole, and Activities that say what ran. */
import { randomUUID } from 'node:crypto';
import type { WorkflowStartOptions } from '@temporalio/client';
import { CachePlugin, type CachePluginOptions, cacheReport } from 'temporal-activity-cache';
import { type Around, bundleWithPlugin, type WorkerSetup, withWorker } from './temporal';

export type Handle = Awaited<ReturnType<Around['start']>>;

export interface WholeScene extends Around {
  cache: CachePlugin;
  /** What ran: `f 1` for the Activity `f` with 1. */
  ran: string[];
  /** Starts a Workflow with options. */
  begin(workflow: string, args: unknown[], options?: Partial<WorkflowStartOptions>): Promise<Handle>;
  result(workflow: string, args: unknown[], options?: Partial<WorkflowStartOptions>): Promise<unknown>;
}

export type Bodies = Record<string, (...args: any[]) => Promise<unknown>>;

export interface WholeSetup {
  plugin?: CachePluginOptions;
  worker?: WorkerSetup;
  /** Of Activities that are cached themselves. */
  wrap?: (activities: Bodies) => Bodies;
}

export type WithWhole = (
  bodies: Bodies,
  test: (scene: WholeScene) => Promise<void>,
  setup?: WholeSetup,
) => Promise<void>;

const withWhole: WithWhole = async (
  bodies,
  test,
  { plugin, worker, wrap = (activities: Bodies) => activities } = {},
) => {
  const cache = new CachePlugin({ store: 'memory:', ...plugin });
  const ran: string[] = [];
  const counted = Object.entries(bodies).map(([type, body]) => [
    type,
    async (...args: unknown[]) => {
      ran.push([type, ...args].join(' '));
      return body(...args);
    },
  ]);
  const activities = wrap(Object.fromEntries(counted) as Bodies);
  await withWorker(
    { activities, plugins: [cache], client: { plugins: [cache] }, ...worker },
    async (around) => {
      const begin: WholeScene['begin'] = (workflow, args, options) =>
        around.client.workflow.start(workflow, {
          taskQueue: around.taskQueue,
          workflowId: `${workflow}-${randomUUID()}`,
          args,
          ...options,
        });
      const result: WholeScene['result'] = async (...call) => (await begin(...call)).result();
      await test({ ...around, cache, ran, begin, result });
    },
  );
};

/** With the Workflows of one file. The bodies are counted. */
export const wholeScenes =
  (workflowsPath: string): WithWhole =>
  async (bodies, test, { worker, ...setup } = {}) =>
    withWhole(bodies, test, {
      ...setup,
      worker: { workflowBundle: await bundleWithPlugin(workflowsPath), ...worker },
    });

/** The rows of a run's report, in words. */
export const told = async (handle: Handle): Promise<string[]> =>
  (await cacheReport(handle)).rows.map(({ activityType, status, why, reason }) =>
    [activityType, status, why, reason].filter(Boolean).join(' '),
  );

/** How many events of a run have such attributes. */
export const countOf = async (handle: Handle, attributes: string): Promise<number> => {
  const { events = [] } = await handle.fetchHistory();
  return events!.filter((event) => event[`${attributes}EventAttributes` as keyof typeof event] != null)
    .length;
};
