/** The code of the pages runs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { cachedAll, cacheReport, CachePlugin } from 'temporal-activity-cache';
import { embed } from '../../examples/own-activity/activities';
import { activities } from '../../examples/own-activity/settings';
import { embedTwice } from '../../examples/own-activity/unit-test';
import { retrain } from '../../examples/own-activity/run-control';
import { NativeConnection } from '@temporalio/worker';
import { Client } from '@temporalio/client';
import { bundleWorkflows } from '../../examples/bundlers/bundle';
import { createWorker } from '../../examples/bundlers/worker';
import { statusesOfTwoRuns } from '../../examples/testing/server';
import { address, bundle, bundleWithPlugin, withWorker } from '../helpers/temporal';

const folder = mkdtempSync(join(tmpdir(), 'docs-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a program of examples/own-activity as a reader does. */
function program(file: string, store: string, ...args: string[]) {
  const [root, tsx] = [join(__dirname, '../..'), require.resolve('tsx/cli')];
  const env = { ...process.env, TEMPORAL_ADDRESS: address(), ACTIVITY_CACHE_STORE: store };
  const child = spawn(process.execPath, [tsx, join(root, 'examples/own-activity', file), ...args], {
    env,
    cwd: root,
  });
  let output = '';
  child.stdout.on('data', (data) => (output += String(data)));
  child.stderr.on('data', (data) => (output += String(data)));
  const closed = once(child, 'close').then(() => output);
  return { child, closed };
}

test.each(['worker.ts', 'worker.mts'])('the example of the README, %s: the second run hits', async (file) => {
  const store = `sqlite:${join(folder, file)}.db`;
  const worker = program(file, store);
  try {
    const first = await program('client.ts', store, 'red', 'green').closed;
    expect(first).toContain('0 of 2 calls came from the cache.');
    const second = await program('client.ts', store, 'red', 'green', 'blue').closed;
    expect(second).toContain('2 of 3 calls came from the cache.');
  } finally {
    worker.child.kill('SIGTERM');
    await worker.closed;
  }
});

test('the type import of the README is enough for `cache` at a call site', async () => {
  const plugins = [new CachePlugin({ store: 'memory:' })];
  const workflowBundle = await bundleWithPlugin(require.resolve('../../examples/own-activity/workspace'));
  await withWorker({ activities: { embed }, workflowBundle, plugins }, async ({ start }) => {
    await (await start('embedOne', 'a')).result();
    const second = await start('embedOne', 'a');
    await second.result();
    expect((await cacheReport(second)).rows).toMatchObject([{ activityType: 'embed', status: 'hit' }]);
  });
});

test('the bundle of the pages has the look-up: the second run hits in the Workflow', async () => {
  const file = join(folder, 'workflows.js');
  jest.spyOn(process.stderr, 'write').mockReturnValue(true); // the SDK reports on the bundle
  await bundleWorkflows(require.resolve('../../examples/own-activity/workspace'), file);
  jest.restoreAllMocks();
  const connection = await NativeConnection.connect({ address: address() });
  try {
    const worker = await createWorker(connection, 'docs-bundle', file, 'memory:');
    await worker.runUntil(async () => {
      const client = new Client({ connection });
      const start = (workflowId: string) =>
        client.workflow.start('embedOne', { taskQueue: 'docs-bundle', workflowId, args: ['a'] });
      await (await start('docs-bundle-1')).result();
      const second = await start('docs-bundle-2');
      await second.result();
      const { events } = await second.fetchHistory();
      expect((await cacheReport(second)).totals.hit).toBe(1);
      expect(events!.some(({ activityTaskScheduledEventAttributes: scheduled }) => scheduled)).toBe(false);
    });
  } finally {
    await connection.close();
  }
});

test('the test on a server of the pages sees two calls stored, then two hits', async () => {
  const env = await TestWorkflowEnvironment.createFromExistingServer({ address: address() });
  try {
    expect(await statusesOfTwoRuns(env)).toEqual([
      ['stored', 'stored'],
      ['hit', 'hit'],
    ]);
  } finally {
    await env.teardown();
  }
});

test('an Activity of the README is served from the cache, its settings act as they say', async () => {
  const plugins = [new CachePlugin({ store: 'memory:' })];
  await withWorker({ activities: { embed, ...activities }, plugins }, async ({ start }) => {
    const page = { url: 'u', body: 'b' };
    const steps = [
      { type: 'embed', args: ['a'] },
      { type: 'embed', args: ['a'] },
      { type: 'render', args: [page] },
      { type: 'summarize', args: [{ ...page, fetchedAt: 'today' }, 'trace 1'] },
      { type: 'summarize', args: [{ ...page, fetchedAt: 'tomorrow' }, 'trace 2'] },
      { type: 'summarize', args: [{ ...page, body: '' }, 'trace 3'] },
      { type: 'fetchPage', args: ['maintenance'] },
      { type: 'fetchPage', args: ['u'] },
      { type: 'notify', args: ['m'] },
    ];
    const handle = await start('sequence', steps);
    await handle.result();
    const { rows } = await cacheReport(handle);
    expect(
      rows.map(({ activityType, status, reason }) =>
        [activityType, status, reason].filter(Boolean).join(' '),
      ),
    ).toEqual([
      'embed stored',
      'embed hit',
      'render stored',
      'summarize stored',
      'summarize hit',
      'summarize unstored cache-if',
      'fetchPage unstored skipped',
      'fetchPage stored',
      'notify bypassed disabled',
    ]);
  });
});

test('the unit test of the pages runs the body once', async () => {
  const [first, second] = await embedTwice('ab');
  expect(second).toEqual(first);
  expect(first).toHaveLength(2);
});

test('the run control of the pages overwrites what it names, and nothing else', async () => {
  const runs: string[] = [];
  const note = (name: string) => async (x: number) => [runs.push(name), x];
  const group = cachedAll('auto', { load: note('load'), train: note('train') });
  const plugins = [new CachePlugin({ store: 'memory:' })];
  const workflowBundle = await bundle({ plugins: [...plugins] });
  await withWorker(
    { activities: group, workflowBundle, plugins: [...plugins] },
    async ({ run, taskQueue }) => {
      const steps = ['load', 'train', 'load', 'train'].map((type) => ({ type, args: [1] }));
      await run('sequence', steps);
      await retrain(address(), taskQueue, 'sequence', [steps]);
    },
  );
  expect(runs).toEqual(['load', 'train', 'train']);
});
