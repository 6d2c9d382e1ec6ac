/** Workflow code of tests and examples imports this package by its name: bundles get its source, not what was last built. */
import { join } from 'node:path';
import type { BundleOptions, WorkerPlugin } from '@temporalio/worker';

/** Most of each bundle are the SDK's own modules. One folder for each process of the run, because webpack does not expect another writer. */
const cache = {
  type: 'filesystem',
  cacheDirectory: join(__dirname, '../../node_modules/.cache/webpack', process.env.JEST_WORKER_ID ?? ''),
} as const;

export const fromSource: NonNullable<BundleOptions['webpackConfigHook']> = (config) => ({
  ...config,
  ...(process.env.JEST_WORKER_ID !== undefined && { cache }),
  resolve: {
    ...config.resolve,
    alias: {
      ...config.resolve?.alias,
      'temporal-activity-cache/workflow$': require.resolve('../../src/workflow'),
    },
  },
});

/** For Workers that bundle by themselves: given to their connection. */
export const sourcePlugin: WorkerPlugin = {
  name: 'from-source',
  configureWorker: (options) => ({
    ...options,
    bundlerOptions: { ...options.bundlerOptions, webpackConfigHook: fromSource },
  }),
};
