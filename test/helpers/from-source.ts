/** Workflow code of tests and examples imports this package by its name: bundles get its source, not what was last built. */
import type { BundleOptions, WorkerPlugin } from '@temporalio/worker';

export const fromSource: NonNullable<BundleOptions['webpackConfigHook']> = (config) => ({
  ...config,
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
