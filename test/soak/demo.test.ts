/** `npm run demo` as a user runs it, but with a cache of its own, on the tests' server. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { address } from '../helpers/temporal';

const project = join(__dirname, '../..');
let folder: string;

beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'demo-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function demo(...args: string[]) {
  const env = {
    ...process.env,
    TEMPORAL_ADDRESS: address(),
    ACTIVITY_CACHE_STORE: `sqlite:${join(folder, 'cache.db')}`,
    ACTIVITY_CACHE: '',
    NO_COLOR: '1',
  };
  const child = spawn(process.execPath, ['scripts/demo.mjs', ...args], { cwd: project, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const ended = new Promise<number | string>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal!)),
  );
  return { child, ended, output: () => output };
}

/** What the demo printed of each run: one line a step, put in order. */
const runs = (output: string) =>
  output
    .split(/^\d\. /m)
    .slice(1)
    .map((run) =>
      [...run.matchAll(/^ {2}(\w+(?:, .+?)?) +(hit|stored|bypassed|joined|unstored) /gm)]
        .map(([, ...row]) => row.join(' '))
        .sort(),
    );

/** Of two runs at the same time: what became of each step, and the run that computed it, where that is said. */
const sideBySide = (output: string) =>
  [
    ...output.matchAll(
      /^ {2}(exp-\d+) {2}(\w+(?:, .+?)?) +(hit|stored|bypassed|joined|unstored) .*?(?: by ml-pipeline\/(.+))?$/gm,
    ),
  ].map(([, run, step, status, origin]) => ({ run, step, status, origin }));

const models = (...statuses: string[]) =>
  ['4 trees, depth 4', '4 trees, depth 7', '8 trees, depth 4'].map(
    (point, i) => `trainModel, ${point} ${statuses[i]}`,
  );

test('runs, hits, runs only what changed; two at the same time train once; run again, it hits from the first line on', async () => {
  const cold = demo();
  expect(await cold.ended).toBe(0);
  expect(runs(cold.output()).slice(0, 4)).toEqual([
    [
      'evaluate stored',
      'generateReport bypassed',
      'loadDataset stored',
      'preprocess stored',
      ...models('stored', 'stored', 'stored'),
      'trainModel, 8 trees, depth 7 stored',
    ],
    [
      'evaluate hit',
      'generateReport bypassed',
      'loadDataset hit',
      'preprocess hit',
      ...models('hit', 'hit', 'hit'),
      'trainModel, 8 trees, depth 7 hit',
    ],
    [
      'evaluate stored',
      'generateReport bypassed',
      'loadDataset hit',
      'preprocess hit',
      ...models('hit', 'hit', 'hit'),
      'trainModel, 8 trees, depth 8 stored',
    ],
    [
      'evaluate hit',
      'generateReport bypassed',
      'loadDataset hit',
      'preprocess stored',
      ...models('hit', 'hit', 'hit'),
      'trainModel, 8 trees, depth 7 hit',
    ],
  ]);
  expect(cold.output()).toContain('preprocess ran, as its version is new');
  expect(cold.output()).not.toContain('earlier demo');

  const together = sideBySide(cold.output());
  const trained = together.filter(({ step }) => step === 'trainModel, 8 trees, depth 9');
  const [one] = trained.filter(({ status }) => status === 'stored');
  const [other] = trained.filter(({ status }) => status === 'joined');
  expect(trained).toHaveLength(2);
  expect([one?.run, other?.run].sort()).toEqual(['exp-005', 'exp-006']);
  expect(other?.origin).toBe(one?.run);
  const before = together.filter(({ step }) => /^(loadDataset|preprocess|trainModel)/.test(step!));
  expect(before.filter(({ status }) => status === 'hit')).toHaveLength(before.length - 2);
  expect(cold.output()).toContain(`It was trained once, by ml-pipeline/${one?.run}`);

  const [, ran] = cold.output().split('6. An edit two imports away');
  expect(runs(`6. ${ran}`)[0]!.filter((step) => step.endsWith(' hit'))).toEqual([
    'loadDataset hit',
    'preprocess hit',
  ]);
  const differs = [...ran!.matchAll(/^ {2}(\w+)(?:, .+?)?: what differs is (.+)$/gm)].map(
    ([, ...said]) => said,
  );
  const edited = 'version · reachableCode · build/edited-example/numbers.ts#sum';
  expect(differs).toEqual([...Array<string>(4).fill('trainModel'), 'evaluate'].map((type) => [type, edited]));

  const [, pictured, file] = /A picture of (\S+), for a browser: (.+)$/m.exec(cold.output())!;
  expect(pictured).toBe(`ml-pipeline/${other?.run}`);
  const page = readFileSync(join(project, file!), 'utf8');
  expect(page).toMatch(/^<!doctype html>/);
  expect(page).toContain(`ml-pipeline%2F${one?.run}`); // the run that it waited for

  const warm = demo();
  expect(await warm.ended).toBe(0);
  expect(warm.output()).not.toMatch(/stored|joined {2}/);
  expect(warm.output()).toContain('The cache still knows this from an earlier demo');
}, 300_000);

test('wrong use ends with 2, and deletes nothing', async () => {
  const unknown = demo('--frsh');
  expect(await unknown.ended).toBe(2);
  expect(unknown.output()).toContain("Unknown option '--frsh'");

  const another = demo('--fresh');
  expect(await another.ended).toBe(1);
  expect(another.output()).toContain('the cache is the store that ACTIVITY_CACHE_STORE names');
});

test('ended by a signal, it leaves no Worker behind', async () => {
  const connection = await Connection.connect({ address: address() });
  const { child, ended } = demo();
  const before = await workers(connection);
  let worker: number | undefined;
  while (worker === undefined) {
    await pause(50);
    worker = (await workers(connection)).find((pid) => !before.includes(pid));
  }
  child.kill('SIGINT');
  await ended;
  await connection.close();
  const deadline = Date.now() + 5000;
  while (isAlive(worker) && Date.now() < deadline) await pause(20); // a killed process takes a moment to go
  expect(isAlive(worker)).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Process ids of the Workers that the server has seen on the pipeline's queue. */
async function workers({ workflowService }: Connection): Promise<number[]> {
  const taskQueue = { name: 'ml-pipeline' };
  const { pollers } = await workflowService.describeTaskQueue({
    namespace: 'default',
    taskQueue,
    taskQueueType: 2,
  });
  return (pollers ?? []).map(({ identity }) => Number.parseInt(identity ?? ''));
}
