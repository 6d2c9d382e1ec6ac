/** Programs of the shape of Temporal's own TypeScript samples, one folder each, and what comes of them. */
import type { DataConverter } from '@temporalio/common';
import type { CacheShorthand } from 'temporal-activity-cache';
import { getDataConverter } from './encryption/encryption-codec';

export interface Step {
  /** Running until the client has ended. */
  workers?: string[];
  client: string;
}

export interface Sample {
  name: string;
  /** What its clients print, in every mode. */
  prints: string[];
  /** Default: `worker.ts` and `client.ts`. */
  steps?: Step[];
  /** How its Activities are cached. Default: `'auto'`. */
  options?: CacheShorthand;
  /** Activity types that are not cached, and why. */
  apart?: Record<string, string>;
  /** Why its second run with everything cached has no hits, where it has none. */
  neverHits?: string;
  /** What the cache warns of, with everything cached: parts of its lines. Default: nothing. */
  warns?: string[];
  /** Why its runs are not equally many each time: only their types and statuses are compared. */
  manyRuns?: string;
  converter?: () => DataConverter | Promise<DataConverter>;
}

const NO_ACTIVITIES = 'it has no Activities';

export const samples: Sample[] = [
  { name: 'hello-world', prints: ['Hello, Temporal!'] },
  {
    name: 'hello-world-js',
    steps: [{ workers: ['worker.mjs'], client: 'client.mjs' }],
    prints: ['Hello, Temporal!'],
  },
  {
    name: 'fetch-esm',
    prints: ['Hello World And Hello Wonderful Temporal!', 'Hello, Temporal!'],
  },
  { name: 'activities-examples', prints: ['The answer is 42', "The Peon says: Job's done!"] },
  { name: 'activities-dependency-injection', prints: ['Hello: Temporal, Hola: Temporal'] },
  {
    name: 'activities-cancellation-heartbeating',
    prints: [
      'runCancellableActivity was cancelled',
      'cleanUpWhenCancelled was cancelled',
      'cancelTimer Timer cancelled',
      'nonCancellable the text of /a',
      'multipleActivitiesSingleTimeout too slow',
      'multipleActivitiesSingleTimeout the text of /a, the text of /b',
      'resumeAfterCancellation the text of /b',
      'sharedScopes the text of http://url1.ninja',
      'shieldAwaitedInRootScope the text of http://example.com',
    ],
  },
  { name: 'activity-type-custom', prints: ['Hello, Temporal!'] },
  { name: 'batch-sliding-window', prints: ['12'] },
  { name: 'child-workflows', prints: ['Hello, Alice! Hello, Bob! Hello, Charlie!'] },
  { name: 'continue-as-new', prints: ['285'] },
  {
    name: 'cron-workflows',
    prints: ['Cron fired'],
    neverHits: 'an argument is the time',
    manyRuns: 'it fires by the clock',
  },
  { name: 'custom-logger', prints: ['Hello, Temporal!'] },
  { name: 'dsl-interpreter', prints: ['[3: value2 [2: [1: value1]]] [1: value2]'] },
  {
    name: 'eager-workflow-start',
    steps: [{ client: 'run.ts' }],
    prints: ['Eagerly started: true', 'Hello, Temporal!'],
  },
  {
    name: 'early-return',
    prints: ['transaction-1 confirmed', "{ finalAmount: 77, id: 'transaction-1' }"],
  },
  {
    name: 'ecommerce-oneclick',
    prints: ['checking out book!', 'PURCHASE_CONFIRMED', 'canceled purchase lamp!', 'PURCHASE_CANCELED'],
  },
  {
    name: 'ejson',
    prints: ['true 2023-11-14T22:13:20.000Z'],
    neverHits: 'an argument has a regular expression, which cannot be keyed: it runs as without the cache',
    warns: ['unkeyable'],
    converter: () => ({ payloadConverterPath: require.resolve('./ejson/payload-converter') }),
  },
  { name: 'empty', prints: ['nothing'], neverHits: NO_ACTIVITIES },
  {
    name: 'encryption',
    prints: ['Hello, Alice: Private message for Bob.!'],
    warns: ['no secret is given'],
    converter: getDataConverter,
  },
  { name: 'expense', prints: ['Done: COMPLETED', 'Done: REJECTED', 'Done: TIMED_OUT'] },
  {
    name: 'food-delivery',
    prints: [
      'Delivered',
      'Failed to charge customer for Caviar. Error: card declined: Caviar',
      'Not picked up in time',
    ],
  },
  { name: 'grpc-calls', prints: ['Hello, Temporal!'] },
  { name: 'interceptors-tracing', prints: ['Hello, Temporal! (trace-1)'] },
  {
    name: 'message-passing-introduction',
    prints: [
      'supported: CHINESE,ENGLISH',
      'ENGLISH -> CHINESE',
      'CHINESE -> ENGLISH',
      'ENGLISH -> ARABIC',
      'FRENCH is not supported',
      'FRENCH is not supported by the greeting service',
      'مرحبا بالعالم',
    ],
  },
  {
    name: 'message-passing-execute-update',
    prints: ['0', '1', 'Argument must not be negative', 'Final counter value is 3'],
  },
  {
    name: 'safe-message-handlers',
    manyRuns: 'it continues as new by the length of its history, and what is looked up has fewer events',
    prints: Array.from({ length: 2 }, () => [
      '{ most: 12, assigned: 12 }',
      'numNodes must be positive (got 0)',
      'true',
      '{ most: 12, assigned: 0 }',
    ]).flat(),
  },
  {
    name: 'monorepo-folders',
    prints: ['A: ActivityA result: Temporal | B: ActivityB result: Temporal', 'ActivityB result: Temporal'],
  },
  {
    name: 'mutex',
    prints: ['all had the lock'],
    apart: { signalWithStartLockWorkflow: 'it asks for the lock, which each run must' },
  },
  {
    name: 'nexus-hello',
    steps: [{ workers: ['service-worker.ts', 'caller-worker.ts'], client: 'client.ts' }],
    prints: ["[ 'This is from the client', 'Hello, Temporal!' ]"],
  },
  {
    name: 'patching-api',
    steps: [
      { workers: ['worker-v1.ts'], client: 'client-start.ts' },
      { workers: ['worker-v2.ts'], client: 'client-patched.ts' },
      { workers: ['worker-final.ts'], client: 'client-final.ts' },
    ],
    prints: ['A, after A', 'B'],
  },
  { name: 'polling-infrequent', prints: ['Hello, Temporal!'] },
  {
    name: 'production',
    steps: [{ client: 'build-workflow-bundle.ts' }, { workers: ['worker.ts'], client: 'client.ts' }],
    prints: ['Bundle written', 'Hello, Production!'],
  },
  {
    name: 'protobufs',
    prints: ["{ sentence: 'Proto is 2 years old.' }"],
    converter: () => ({ payloadConverterPath: require.resolve('./protobufs/payload-converter') }),
  },
  {
    name: 'query-subscriptions',
    prints: ["[ '1 10', '2 20', '3 30', '4 40', '5 50' ]", '{ value: 50, version: 5 }'],
  },
  {
    name: 'saga',
    prints: ['opened', 'add bank account failed: no address of 1'],
    options: { version: '1' }, // its Activities are bound functions, whose source cannot be read
  },
  {
    name: 'schedules',
    prints: ['notified: Dear future self, take out the recycling'],
  },
  { name: 'search-attributes', prints: ['at end: [ 3, null ]', 'found'] },
  {
    name: 'signals-queries',
    prints: [
      'blocked? true',
      "[ 'audited first', 'audited last', 'audited second' ]",
      'blocked? false',
      'blocked? true',
      'Workflow canceled',
    ],
  },
  { name: 'sinks', prints: ['Hello, Temporal!'] },
  { name: 'sleep-for-days', prints: ['done!'] },
  {
    name: 'standalone-activity',
    prints: ['Hello, Temporal!', 'Hello, Temporal!', 'Hello, Temporal!', 'Oops! name must be a string'],
    neverHits: 'reports are of Workflows',
  },
  { name: 'state', prints: ['key-1 2', 'key-2 4', 'key-3 6', 'Workflow canceled'] },
  {
    name: 'timer-examples',
    prints: [
      'Order completed!',
      'Order completed!',
      'more than an hour left: true',
      'countdown done!',
      '100',
    ],
  },
  {
    name: 'worker-specific-task-queues',
    prints: ['b3fc767460efa514753a75e6f3d7af97'],
    apart: { getUniqueTaskQueue: 'each Worker has a queue of its own' },
    neverHits: 'an argument is a random path',
  },
  {
    name: 'worker-versioning',
    manyRuns: 'it asks until new runs are of the current version',
    steps: [{ workers: ['worker-v1.ts', 'worker-v2.ts'], client: 'client.ts' }],
    prints: [
      '2 calls, first someActivity called by v1',
      'someActivity called by Pinned-v1',
      'someIncompatibleActivity called by Pinned-v2 with hi',
    ],
  },
];
