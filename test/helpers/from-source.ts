/** Workflow code of tests and examples imports this package by its name: bundles get its source, not what was last built. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { BundleOptions, WorkerPlugin } from '@temporalio/worker';

/**
 * Most of each bundle are the SDK's own modules, which are compiled once for each process of the run: webpack expects no other writer in its
 * folder. What an alias leads to is kept too, so that others have a cache of their own.
 */
const cacheOf = (config: Parameters<typeof fromSource>[0]) => ({
  type: 'filesystem' as const,
  cacheDirectory: join(__dirname, '../../node_modules/.cache/webpack', process.env.JEST_WORKER_ID ?? ''),
  name: createHash('sha256').update(JSON.stringify(config.resolve?.alias)).digest('hex').slice(0, 16),
});

export const fromSource: NonNullable<BundleOptions['webpackConfigHook']> = (config) => ({
  ...config,
  ...(process.env.JEST_WORKER_ID !== undefined && { cache: cacheOf(config) }),
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
