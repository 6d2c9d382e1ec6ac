/** Several real processes on one SQLite file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { SqliteStore } from 'temporal-activity-cache';
import { floorsOver } from '../../src/store/filter';
import type { Hammered } from '../helpers/store-processes/child';
import { Process } from '../helpers/store-processes/fork';
import { bodyOf, isWhole, random, recordOf } from '../helpers/store-processes/records';

const folder = mkdtempSync(join(tmpdir(), 'activity-cache-'));
const processes: Process[] = [];
afterAll(async () => {
  await Promise.all(processes.map((each) => each.kill()));
  rmSync(folder, { recursive: true });
});

async function start(): Promise<Process> {
  const started = await Process.start();
  processes.push(started);
  return started;
}

/** Runs SQL on the file as nobody's store. */
function query<Row>(path: string, sql: string): Row[] {
  const db = new Database(path);
  db.exec('PRAGMA busy_timeout = 5000');
  try {
    return db.prepare(sql).all() as Row[];
  } finally {
    db.close();
  }
}

const integrityOf = (path: string) => query<{ integrity_check: string }>(path, 'PRAGMA integrity_check');
const INTACT = [expect.objectContaining({ integrity_check: 'ok' })];

test('four processes open one new file at once and hammer it: no error, nothing torn, nothing lost', async () => {
  const path = join(folder, 'hammered.db');
  const four = await Promise.all([1, 2, 3, 4].map(start));
  const seeds = four.map(() => Math.floor(Math.random() * 2 ** 31));
  four.forEach((each, i) => each.begin({ kind: 'hammer', place: path, seed: seeds[i]!, operations: 600 }));
  const told = await Promise.all(four.map((each) => each.next('hammered')));
  print('four processes', told);

  expect(told.map(({ torn }) => torn)).toEqual([0, 0, 0, 0]);
  const drawn = told.flatMap((each) => each.drawn);
  expect(new Set(drawn).size).toBe(drawn.length);
  for (const { hits, stored } of told) expect(Math.min(hits, stored.length)).toBeGreaterThan(50); // else it proves little
  for (const { late } of told) expect(late.max).toBeLessThan(2_000);

  for (const { stored } of told) {
    const highest = new Map<number, number>();
    const overtaken = stored.filter(({ record, ticket }) => {
      const isLower = ticket < (highest.get(record) ?? 0);
      highest.set(record, ticket);
      return isLower;
    });
    expect(overtaken).toEqual([]);
  }

  const floors = new Map(
    query<{ name: string; ticket: number }>(path, 'SELECT name, ticket FROM floors').map(
      ({ name, ticket }) => [name, ticket],
    ),
  );
  const store = new SqliteStore(path);
  const stored = told.flatMap((each) => each.stored);
  const expected: unknown[] = [];
  const seen: unknown[] = [];
  for (const index of new Set(stored.map(({ record }) => record))) {
    const record = recordOf(index);
    const highest = Math.max(...stored.filter((each) => each.record === index).map(({ ticket }) => ticket));
    const floor = Math.max(...floorsOver(record, record.tags).map((name) => floors.get(name) ?? 0));
    expected.push({ index, ticket: highest > floor ? highest : 'invalidated', whole: highest > floor });
    const look = await store.look(record);
    const ticket = look.found === undefined ? look.why : look.found.ticket;
    seen.push({ index, ticket, whole: look.found !== undefined && isWhole(look.found) });
  }
  expect(seen).toEqual(expected);
  await store.close();
  expect(integrityOf(path)).toEqual(INTACT);
});

test('a process killed while it writes loses nothing acknowledged, and another goes on', async () => {
  const rounds = 12;
  const path = join(folder, 'killed.db');
  const survivor = new SqliteStore(path);
  const chance = random(Math.floor(Math.random() * 2 ** 31));
  let [midWrite, longest] = [0, 0];
  const timed = async <T>(operation: Promise<T>): Promise<T> => {
    const began = performance.now();
    const answer = await operation;
    longest = Math.max(longest, performance.now() - began);
    return answer;
  };

  let next = start();
  for (let round = 0; round < rounds; round++) {
    const writer = await next;
    const acknowledged = new Map<string, number>();
    let [putting, last, count] = [0, 0, 0];
    writer.onTold((told) => {
      if (told.kind === 'putting') putting = told.ticket;
      if (told.kind !== 'stored') return;
      acknowledged.set(told.key, told.ticket);
      last = told.ticket;
      count++;
    });
    writer.begin({ kind: 'write', place: path, seed: Math.floor(chance() * 2 ** 31) });
    const enough = 20 + Math.floor(chance() * 20);
    while (count < enough) {
      const { ticket, now } = await timed(survivor.draw());
      const record = { ...recordOf(0), key: 'f'.repeat(64) };
      const answer = survivor.put({
        ...record,
        ticket,
        startedAt: now,
        durationMs: 1,
        ...bodyOf(chance, 1, 60_000),
      });
      expect(await timed(answer)).toBe('stored');
      expect(isWhole((await timed(survivor.look(record))).found!)).toBe(true);
      await new Promise(setImmediate); // lets the writer's messages in
    }
    await writer.kill();
    if (putting > last) midWrite++;
    if (round + 1 < rounds) next = start();

    for (const [key, ticket] of acknowledged) {
      const { found } = await timed(survivor.look({ ...recordOf(0), key }));
      expect(found?.ticket).toBeGreaterThanOrEqual(ticket);
      expect(isWhole(found!)).toBe(true);
    }
    expect((await survivor.draw()).ticket).toBeGreaterThan(putting);
  }
  process.stderr.write(
    `${rounds} kills, ${midWrite} while writing; longest wait of the other ${longest.toFixed(0)} ms\n`,
  );
  expect(midWrite).toBeGreaterThan(0); // else it proves little
  expect(integrityOf(path)).toEqual(INTACT);
  await survivor.close();
  expect(integrityOf(path)).toEqual(INTACT);
});

function print(what: string, told: Hammered[]): void {
  const of = (figure: (each: Hammered) => number) => told.map((each) => figure(each).toFixed(0)).join(' ');
  const operations = told.reduce(
    (sum, { drawn, hits, stored }) => sum + drawn.length + hits + stored.length,
    0,
  );
  const elapsed = Math.max(...told.map((each) => each.elapsed));
  process.stderr.write(
    `${what}: ${((operations / elapsed) * 1000).toFixed(0)} operations/s; in ms, each process: ` +
      `operations p99 ${of((each) => each.p99)}, max ${of((each) => each.longest)}; event loop late ` +
      `p50 ${of((each) => each.late.p50)}, p99 ${of((each) => each.late.p99)}, max ${of((each) => each.late.max)}\n`,
  );
}
