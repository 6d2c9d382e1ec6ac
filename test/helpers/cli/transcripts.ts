/** The transcripts of the pages: commands in `console` blocks, run on a small cache whose clock stands still. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteStore } from 'temporal-activity-cache';
import { PACKAGE_VERSION } from '../../../src/package-version';
import { IDENTITY, WORKERS } from '../../../src/wire/names';
import { digestOf, keyOf, seed, type Seed } from './entries';
import { type Completed, serverOf } from './history';
import { IDENTITY_TEXT, type Reservation, withReservations } from './reservations';
import { run } from './run';

const BLOCK = /```console\n(\$ npx temporal-activity-cache[\s\S]*?)```/g;
const PROMPT = '$ npx temporal-activity-cache';

/** The page with what its commands print now. A page's commands find what the earlier ones left. */
export async function transcribed(page: string): Promise<string> {
  if (page.match(BLOCK) === null) return page;
  const folder = await mkdtemp(join(tmpdir(), 'transcripts-'));
  try {
    const path = join(folder, 'cache.db');
    await fill(path);
    const sessions: string[] = [];
    for (const [, session] of page.matchAll(BLOCK)) {
      let told = '';
      for (const line of session!.split('\n').filter((one) => one.startsWith(PROMPT))) {
        told += `${line}\n${await tell(line.slice(PROMPT.length), path)}`;
      }
      sessions.push(told);
    }
    return page.replace(BLOCK, () => `\`\`\`console\n${sessions.shift()}\`\`\``);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function tell(line: string, path: string): Promise<string> {
  const { all } = await run(line, {
    program: 'temporal-activity-cache',
    store: () => new SqliteStore(path, { clock: () => NOW }),
    connect: async () => withReservations(serverOf('ml-pipeline/exp-002', RUN), RESERVED, 1_000),
  });
  return MASKS.reduce(
    (text, [what, shown]) => text.replaceAll(what, shown),
    all.replaceAll(path, '/app/.activity-cache/cache.db'),
  );
}

/** What is different on each machine. */
const MASKS: [RegExp, string][] = [
  [/(look|draw|put) <?[\d.]+ ms/g, '$1 0.1 ms'],
  [/ticket {7}\d+/g, 'ticket       1772366400000003'],
  [/Node \d+\.\d+\.\d+/g, 'Node 24.11.1'],
  [/SQLite \d+\.\d+\.\d+/g, 'SQLite 3.45.1'],
  [/fileBytes \d+/g, 'fileBytes 45056'],
];

const NOW = Date.UTC(2026, 2, 4, 12);
const HOUR = 3_600_000;

type Aged = Seed & { ageHours: number };

const trained = (depth: number, score: number, ageHours = 71): Aged => ({
  activityType: 'trainModel',
  input: `depth ${depth}`,
  value: { depth, meanError: score, trees: 'x'.repeat(180_000) },
  durationMs: 3_000 + depth * 100,
  tags: ['diamonds'],
  inputs: {
    'data.rows': digestOf('rows'),
    'params.trees': digestOf('8 trees'),
    'params.depth': digestOf(`depth ${depth}`),
  },
  ageHours,
});

const ENTRIES: Aged[] = [
  {
    activityType: 'loadDataset',
    input: 'diamonds',
    value: 'x'.repeat(90_000),
    durationMs: 203,
    ageHours: 72,
  },
  {
    activityType: 'preprocess',
    input: 'diamonds',
    version: 'v2.1',
    durationMs: 27.3,
    tags: ['diamonds'],
    ageHours: 72,
  },
  trained(4, 812),
  trained(7, 644),
  {
    activityType: 'evaluate',
    input: 'depth 7',
    value: { score: 0.94 },
    version: 'v2.1',
    durationMs: 16.1,
    ageHours: 71,
  },
  {
    activityType: 'fetchPrices',
    input: 'today',
    durationMs: 1_840,
    ttlMs: HOUR,
    keepUntil: NOW - 30 * HOUR,
    workflowId: 'prices/2026-03-03',
    ageHours: 32,
  },
  {
    activityType: 'embed',
    input: 'a sealed text',
    payload: { metadata: { encoding: Buffer.from('binary/encrypted') }, data: Buffer.alloc(700, 7) },
    durationMs: 420,
    workflowId: 'search/17',
    ageHours: 2,
  },
  { ...trained(8, 598, 1), workflowId: 'ml-pipeline/exp-002' },
];

async function fill(path: string): Promise<void> {
  let now = NOW;
  const store = new SqliteStore(path, { clock: () => now });
  for (const { ageHours, ...entry } of ENTRIES) {
    now = NOW - ageHours * HOUR;
    await seed(store, entry, (ms) => (now += ms));
  }
  now = NOW;
  for (const [i, interceptor] of [true, false].entries()) {
    const identity = `${4127 + i}@worker-${i + 1}`;
    const of = {
      version: PACKAGE_VERSION,
      identity,
      taskQueue: 'ml-pipeline',
      namespace: 'default',
      scope: '',
    };
    await store.note(
      `${WORKERS}${i}`,
      JSON.stringify({ ...of, interceptor, since: new Date(NOW).toISOString() }),
    );
  }
  await store.claim(IDENTITY, IDENTITY_TEXT);
  await store.close();
}

const origin = {
  workflowId: 'ml-pipeline/exp-001',
  runId: '019a0f3c-7d1e-7c55-9a53-4b7c2f0d1a2b',
  activityId: '5',
};
const hit = (activityType: string, input: string, durationMs: number): Completed => ({
  activityType,
  status: 'hit',
  key: keyOf({ activityType, input }),
  durationMs,
  origin,
  storedAt: '2026-03-01T12:00:00Z',
  at: '2026-03-04T11:00:00Z',
});

const RUN: Completed[] = [
  hit('loadDataset', 'diamonds', 203),
  hit('preprocess', 'diamonds', 27.3),
  { ...hit('trainModel', 'depth 4', 3_400), activityId: 'train-1' },
  {
    activityType: 'trainModel',
    activityId: 'train-2',
    why: 'new',
    key: keyOf({ activityType: 'trainModel', input: 'depth 8' }),
    durationMs: 3_812,
  },
  { activityType: 'generateReport', status: 'bypassed', reason: 'disabled', durationMs: 0.4 },
];

const heldBy = (run: string, activityId: string) =>
  `ml-pipeline/${run}/019a0f3c-7d1e-7c55-9a53-4b7c2f0d1a2b/${activityId}`;

/** Ages that read the same for a while. */
const RESERVED: Reservation[] = [
  {
    activityType: 'trainModel',
    key: keyOf({ activityType: 'trainModel', input: 'depth 9' }),
    holder: heldBy('exp-007', 'train-1'),
    forMs: 240_000,
    waiting: 12,
  },
  {
    activityType: 'embed',
    key: keyOf({ activityType: 'embed', input: 'all of it' }),
    holder: heldBy('exp-009', '4'),
    holders: 2,
    forMs: 2 * HOUR,
    waiting: 3,
    round: 5,
  },
];
