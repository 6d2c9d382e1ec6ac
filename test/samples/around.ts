/**
 * Required before a sample's program, which stays as it is written: it finds the test's server where samples expect one on
 * localhost:7233, and gets the plugin where a user would add it. `SAMPLE` says how, as JSON.
 */
import { createRequire } from 'node:module';
import type { Worker as WorkerThread, WorkerOptions as WorkerThreadOptions } from 'node:worker_threads';
import { Connection, type ConnectionOptions } from '@temporalio/client';
import {
  type BundleOptions,
  NativeConnection,
  type NativeConnectionOptions,
  Worker,
  type WorkerOptions,
} from '@temporalio/worker';
import type * as cache from 'temporal-activity-cache';
import type { ThreadData } from '../../src/reservation/host/thread';

export interface Around {
  address: string;
  /** Without it the program runs without the plugin. */
  plugin?: {
    store: string;
    /** How all Activities are declared, and every call of them has `cache: true`. Default: nothing is cached. */
    options?: cache.CacheShorthand;
    /** Activity types that are not cached all the same. */
    apart?: string[];
  };
}

const { address, plugin: setup } = JSON.parse(process.env.SAMPLE!) as Around;

const require = createRequire(__filename);
// The package as it is built; a program without the plugin must not load it either.
const loaded = setup && (require('../../lib') as typeof cache);
const plugins = setup && loaded ? [new loaded.CachePlugin({ store: setup.store })] : [];
const cacheAll = require.resolve('../helpers/cache-all-interceptor');

function declare(activities: object = {}): void {
  const functions = Object.entries(activities).filter(([, member]) => typeof member === 'function');
  if (!setup?.options || !loaded || functions.length === 0) return;
  for (const type of setup.apart ?? []) {
    const fn = (activities as Record<string, (...args: never[]) => unknown>)[type];
    if (fn) loaded.cached('disable', fn);
  }
  loaded.cachedAll(setup.options, activities);
}

const modules = (theirs: string[] = []) => (setup?.options ? [cacheAll, ...theirs] : theirs);

type Plugins = NonNullable<WorkerOptions['plugins']>;
const withPlugin = <O extends { plugins?: unknown[] }>(options: O) => ({
  ...options,
  plugins: [...(options.plugins ?? []), ...plugins] as Plugins,
});

const { connect, lazy } = Connection;
Connection.connect = function (this: typeof Connection, options?: ConnectionOptions) {
  return connect.call(this, withPlugin({ address, ...options }));
};
Connection.lazy = function (this: typeof Connection, options?: ConnectionOptions) {
  return lazy.call(this, withPlugin({ address, ...options }));
};

const connectNatively = NativeConnection.connect;
NativeConnection.connect = function (this: typeof NativeConnection, options?: NativeConnectionOptions) {
  const theirs = this === NativeConnection; // else a Worker that is given none makes its own, which no user can give a plugin
  return connectNatively.call(this, theirs ? withPlugin({ address, ...options }) : { address, ...options });
};

// The plugin's thread makes a connection as the Worker does: without an address, to the same default.
const threads = require('node:worker_threads') as { Worker: typeof WorkerThread };
threads.Worker = class extends threads.Worker {
  constructor(file: string, { workerData, ...options }: WorkerThreadOptions = {}) {
    const { temporal, ...data } = (workerData ?? {}) as Partial<ThreadData>;
    const connection = { address, ...temporal?.connection };
    const redirected =
      temporal === undefined ? workerData : { ...data, temporal: { ...temporal, connection } };
    super(file, { ...options, workerData: redirected as unknown });
  }
};

const { create } = Worker;
Worker.create = function (this: typeof Worker, options: WorkerOptions) {
  if (options.taskQueue.startsWith('activity-cache/')) return create.call(this, options); // the plugin's own
  declare(options.activities);
  const { interceptors, workflowsPath } = options;
  const workflowModules = modules(interceptors?.workflowModules);
  return create.call(
    this,
    withPlugin({
      ...options,
      ...(workflowsPath !== undefined && { interceptors: { ...interceptors, workflowModules } }),
    }),
  );
};

const bundler = require('@temporalio/worker/lib/workflow/bundler') as {
  bundleWorkflowCode(options: BundleOptions): unknown;
};
const { bundleWorkflowCode } = bundler;
bundler.bundleWorkflowCode = (options) =>
  bundleWorkflowCode(
    withPlugin({ ...options, workflowInterceptorModules: modules(options.workflowInterceptorModules) }),
  );
