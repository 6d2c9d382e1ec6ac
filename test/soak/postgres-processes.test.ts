/** Several real processes on one database. */
import { PostgresStore } from 'temporal-activity-cache';
import { floorsOver } from '../../src/store/filter';
import { floorId } from '../../src/store/postgres/floor-ids';
import { Process } from '../helpers/store-processes/fork';
import { bodyOf, isWhole, random, recordOf } from '../helpers/store-processes/records';
import { freshDatabase, sql } from '../helpers/postgres';

const processes: Process[] = [];
afterAll(async () => {
  await Promise.all(processes.map((each) => each.kill()));
});
const database = freshDatabase();
const place = (schema: string) => `${database.url}?schema=${schema}`;

async function start(): Promise<Process> {
  const started = await Process.start();
  processes.push(started);
  return started;
}

test('eight processes make the tables at once: no error, and one sequence of tickets', async () => {
  const eight = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(start));
  for (const each of eight) each.begin({ kind: 'draw', place: place('made_by_eight') });
  const told = await Promise.all(eight.map((each) => each.next('drew')));
  expect(told.map(({ outcome }) => outcome)).toEqual(eight.map(() => expect.stringMatching(/^ticket \d+$/)));
  expect(new Set(told.map(({ outcome }) => outcome)).size).toBe(8);
});

test('four processes hammer one new schema: no error, nothing torn, nothing lost', async () => {
  const four = await Promise.all([1, 2, 3, 4].map(start));
  const seeds = four.map(() => Math.floor(Math.random() * 2 ** 31));
  four.forEach((each, i) =>
    each.begin({ kind: 'hammer', place: place('hammered'), seed: seeds[i]!, operations: 600 }),
  );
  const told = await Promise.all(four.map((each) => each.next('hammered')));

  expect(told.map(({ torn }) => torn)).toEqual([0, 0, 0, 0]);
  const drawn = told.flatMap((each) => each.drawn);
  expect(new Set(drawn).size).toBe(drawn.length);
  for (const { hits, stored } of told) expect(Math.min(hits, stored.length)).toBeGreaterThan(50); // else it proves little

  const floors = new Map(
    (await sql(database.url, 'SELECT id, ticket FROM hammered.floors')).map(({ id, ticket }) => [
      id,
      Number(ticket),
    ]),
  );
  const store = new PostgresStore({ uri: place('hammered') });
  const stored = told.flatMap((each) => each.stored);
  const expected: unknown[] = [];
  const seen: unknown[] = [];
  for (const index of new Set(stored.map(({ record }) => record))) {
    const record = recordOf(index);
    const highest = Math.max(...stored.filter((each) => each.record === index).map(({ ticket }) => ticket));
    const floor = Math.max(...floorsOver(record, record.tags).map((name) => floors.get(floorId(name)) ?? 0));
    expected.push({ index, ticket: highest > floor ? highest : 'invalidated', whole: highest > floor });
    const look = await store.look(record);
    const ticket = look.found === undefined ? look.why : look.found.ticket;
    seen.push({ index, ticket, whole: look.found !== undefined && isWhole(look.found) });
  }
  expect(seen).toEqual(expected);
  await store.close();
});

test('a process killed while it writes loses nothing acknowledged, and another goes on', async () => {
  const rounds = 8;
  const survivor = new PostgresStore({ uri: place('killed') });
  const chance = random(Math.floor(Math.random() * 2 ** 31));
  let midWrite = 0;

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
    writer.begin({ kind: 'write', place: place('killed'), seed: Math.floor(chance() * 2 ** 31) });
    const enough = 20 + Math.floor(chance() * 20);
    while (count < enough) {
      const { ticket, now } = await survivor.draw();
      const record = { ...recordOf(0), key: 'f'.repeat(64) };
      const answer = survivor.put({
        ...record,
        ticket,
        startedAt: now,
        durationMs: 1,
        ...bodyOf(chance, 1, 60_000),
      });
      expect(await answer).toBe('stored');
      expect(isWhole((await survivor.look(record)).found!)).toBe(true);
    }
    await writer.kill();
    if (putting > last) midWrite++;
    if (round + 1 < rounds) next = start();

    for (const [key, ticket] of acknowledged) {
      const { found } = await survivor.look({ ...recordOf(0), key });
      expect(found?.ticket).toBeGreaterThanOrEqual(ticket);
      expect(isWhole(found!)).toBe(true);
    }
    expect((await survivor.draw()).ticket).toBeGreaterThan(putting);
  }
  expect(midWrite).toBeGreaterThan(0); // else it proves little
  await survivor.close();
});
