/** One process of several on one store: it waits for a job, does it, and tells what the store answered. */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
// Not by the package's index: that loads the Temporal SDK, which takes most of the time.
import type { CacheStore, EntryFilter } from '../../../src/store/store';
import { PostgresStore } from '../../../src/store/postgres/store';
import { SqliteStore } from '../../../src/store/sqlite';
import { bodyOf, isWhole, random, recordOf } from './records';

export type Job =
  /** Looks, puts, draws and invalidations in disorder, four at a time. */
  | { kind: 'hammer'; place: string; seed: number; operations: number }
  /** Puts without end, each told before and after. */
  | { kind: 'write'; place: string; seed: number }
  /** Looks and puts without end; each is told, with its error if it has one. */
  | { kind: 'use'; place: string; seed: number }
  /** One draw. */
  | { kind: 'draw'; place: string }
  /** One draw, by a user who may not write. */
  | { kind: 'draw-unprivileged'; path: string };

export type Told =
  | { kind: 'ready' }
  | { kind: 'failed'; error: string }
  | ({ kind: 'hammered' } & Hammered)
  | { kind: 'putting'; ticket: number }
  | { kind: 'stored'; ticket: number; key: string }
  | { kind: 'used'; round: number; error?: string }
  | { kind: 'drew'; outcome: string };

export interface Hammered {
  drawn: number[];
  /** In the order of their storing. */
  stored: { record: number; ticket: number }[];
  torn: number;
  hits: number;
  /** Milliseconds: of the longest operation, and how late the event loop was. */
  longest: number;
  p99: number;
  late: { p50: number; p99: number; max: number };
  elapsed: number;
}

const RECORDS = 16;
const RESOLUTION_MS = 5;

/** @param place - a file, or the URL of a Postgres */
const open = (place: string): CacheStore =>
  place.startsWith('postgres:')
    ? new PostgresStore({ uri: place, query_timeout: 30_000 })
    : new SqliteStore(place, { lockWaitMs: 30_000 });

async function hammer({ place, seed, operations }: Extract<Job, { kind: 'hammer' }>): Promise<Hammered> {
  const store = open(place);
  const chance = random(seed);
  const drawn: number[] = [];
  const stored: Hammered['stored'] = [];
  const took: number[] = [];
  let [torn, hits, left] = [0, 0, operations];

  const timed = async <T>(operation: Promise<T>): Promise<T> => {
    const began = performance.now();
    const answer = await operation;
    took.push(performance.now() - began);
    return answer;
  };
  const drawnWith = <T extends { ticket: number; now: number }>(answer: T): T => {
    drawn.push(answer.ticket);
    return answer;
  };
  const one = async (): Promise<void> => {
    const index = Math.floor(chance() * RECORDS);
    const record = recordOf(index);
    const what = chance();
    if (what < 0.05) return void (await timed(store.invalidate(selectorOf(record, chance()))));
    if (what < 0.1) return void drawnWith(await timed(store.draw()));
    const look = await timed(store.look(record));
    if (look.found !== undefined) {
      hits++;
      if (!isWhole(look.found)) torn++;
      if (what < 0.5) return;
    } else drawnWith(look);
    const { ticket, now } = look.found === undefined ? look : drawnWith(await timed(store.draw()));
    for (let turns = chance() * 20; turns > 0; turns--) await new Promise(setImmediate); // an Activity runs: others overtake
    const answer = await timed(
      store.put({ ...record, ticket, startedAt: now, durationMs: 1, ...bodyOf(chance, 1_000, 60_000) }),
    );
    if (answer === 'stored') stored.push({ record: index, ticket });
  };
  const lane = async (): Promise<void> => {
    while (left-- > 0) await one();
  };

  const loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  loop.enable();
  const began = performance.now();
  await Promise.all([lane(), lane(), lane(), lane()]);
  const elapsed = performance.now() - began;
  loop.disable();
  await store.close();
  took.sort((a, b) => a - b);
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  return {
    ...{ drawn, stored, torn, hits, elapsed },
    longest: took.at(-1)!,
    p99: took[Math.floor(took.length * 0.99)]!,
    late: { p50: late(loop.percentile(50)), p99: late(loop.percentile(99)), max: late(loop.max) },
  };
}

function selectorOf(
  { scope, key, activityType, tags }: ReturnType<typeof recordOf>,
  chance: number,
): EntryFilter {
  if (chance < 0.8) return { key };
  return chance < 0.9 ? { scope, activityType } : { scope, tag: tags[0]! };
}

async function write({ place, seed }: Extract<Job, { kind: 'write' }>): Promise<never> {
  const store = open(place);
  const chance = random(seed);
  for (;;) {
    const record = recordOf(Math.floor(chance() * RECORDS));
    const { ticket, now } = await store.draw();
    const body = bodyOf(chance, 1_000, 400_000);
    tell({ kind: 'putting', ticket });
    await store.put({ ...record, ticket, startedAt: now, durationMs: 1, ...body });
    tell({ kind: 'stored', ticket, key: record.key });
    await new Promise(setImmediate);
  }
}

async function use({ place, seed }: Extract<Job, { kind: 'use' }>): Promise<never> {
  const store = open(place);
  const chance = random(seed);
  const once = async () => {
    const record = recordOf(Math.floor(chance() * RECORDS));
    const look = await store.look(record);
    if (look.found !== undefined && !isWhole(look.found)) throw new Error('a torn result');
    const { ticket, now } = look.found === undefined ? look : await store.draw();
    await store.put({ ...record, ticket, startedAt: now, durationMs: 1, ...bodyOf(chance, 1_000, 60_000) });
  };
  for (let round = 0; ; round++) {
    const error = await once().then(() => undefined, String);
    tell({ kind: 'used', round, error });
    await new Promise(setImmediate);
  }
}

async function drawUnprivileged(path: string): Promise<string> {
  if (process.getuid?.() === 0) process.seteuid?.(65534); // what root may not write, nobody may
  try {
    return `ticket ${(await new SqliteStore(path).draw()).ticket}`;
  } catch (error) {
    return String(error);
  }
}

const tell = (told: Told): void => void process.send!(told);

process.once('message', (job: Job) => {
  const done = (async (): Promise<Told> => {
    if (job.kind === 'hammer') return { kind: 'hammered', ...(await hammer(job)) };
    if (job.kind === 'write') return write(job);
    if (job.kind === 'use') return use(job);
    if (job.kind === 'draw')
      return { kind: 'drew', outcome: `ticket ${(await open(job.place).draw()).ticket}` };
    return { kind: 'drew', outcome: await drawUnprivileged(job.path) };
  })();
  done
    .catch((error: Error): Told => ({ kind: 'failed', error: error.stack ?? String(error) }))
    .then((told) => process.send!(told, () => process.disconnect()))
    .catch(() => process.exit(1));
});
tell({ kind: 'ready' });
