/** More entries than are dropped at once, and others who write meanwhile. */
import { createHash } from 'node:crypto';
import pg from 'pg';
import { PostgresStore } from 'temporal-activity-cache';
import type { EntryFilter } from 'temporal-activity-cache/store';
import { freshDatabase, sql } from '../helpers/postgres';

const database = freshDatabase();
let places = 0;
let store: PostgresStore;
let schema: string;
beforeEach(() => {
  schema = `many_${++places}`;
  store = new PostgresStore({ uri: database.url, schema });
});
afterEach(() => store.close());

const keyOf = (i: number) => createHash('sha256').update(`${i}`).digest('hex');
const subjectOf = (i: number) => ({
  key: keyOf(i),
  scope: 'scope',
  namespace: `ns ${i % 2}`,
  activityType: `type ${i % 3}`,
  version: '1',
});

async function fill(from: number, to: number, tags: string[] = []): Promise<void> {
  const { ticket, now } = await store.draw();
  const entry = { tags, ticket, startedAt: now, durationMs: 1, header: '', data: Buffer.alloc(10) };
  let next = from;
  const lane = async () => {
    for (let i = next++; i < to; i = next++) await store.put({ ...subjectOf(i), ...entry });
  };
  await Promise.all(Array.from({ length: 8 }, lane));
}
async function listed(filter: EntryFilter): Promise<number> {
  let n = 0;
  for await (const _ of store.entries(filter)) n++;
  return n;
}
const rowsOf = async (table: string): Promise<number> =>
  Number((await sql(database.url, `SELECT count(*) AS n FROM ${schema}.${table}`))[0].n);
const countOf = async (filter: EntryFilter) => [(await store.stats(filter)).entries, await listed(filter)];

test('what an invalidation took does not count from then on, though its space is freed later', async () => {
  await fill(0, 900, ['tag', 'other']);
  await fill(900, 1_000, ['other']);
  expect(await store.invalidate({ scope: 'scope', tag: 'tag' })).toEqual({ entries: 900 });
  expect(await rowsOf('results')).toBe(1_000); // else this proves nothing

  for (const filter of [{}, { scope: 'scope' }, { scope: 'scope', tag: 'other' }])
    expect(await countOf(filter)).toEqual([100, 100]);
  expect(await countOf({ tag: 'tag' })).toEqual([0, 0]);
  expect(await store.invalidate({ scope: 'scope', tag: 'tag' })).toEqual({ entries: 0 });
  expect(await store.invalidate({ scope: 'scope', olderThanMs: 0, activityType: 'type 0' })).toEqual({
    entries: 34,
  });
  expect(await store.invalidate({ scope: 'scope', tag: 'other' })).toEqual({ entries: 66 });
  expect(await store.look(subjectOf(5))).toMatchObject({ why: 'invalidated' });

  await fill(0, 10, ['tag']);
  expect(await countOf({ tag: 'tag' })).toEqual([10, 10]);
  for (let more = true; more;) ({ more } = await store.prune({ onlyInvalidated: true }));
  expect(await rowsOf('results')).toBe(10);
  expect(await sql(database.url, `SELECT FROM ${schema}.floors WHERE pending`)).toEqual([]);
  expect(await countOf({})).toEqual([10, 10]);
});

test('a floor that is not worked through yet reaches into no other scope or namespace', async () => {
  await fill(0, 1_200);
  expect(await store.invalidate({ scope: 'scope', namespace: 'ns 0' })).toEqual({ entries: 600 });
  expect(await countOf({ scope: 'scope', namespace: 'ns 1' })).toEqual([600, 600]);
  expect(await store.invalidate({ scope: 'elsewhere' })).toEqual({ entries: 0 });
  expect(await countOf({})).toEqual([600, 600]);
  expect(await store.invalidate({ scope: 'scope' })).toEqual({ entries: 600 });
});

test('of more than one batch, those that were not used longest go first', async () => {
  await fill(0, 2_100);
  await store.touch(Array.from({ length: 100 }, (_, i) => keyOf(i)));
  expect(await store.prune({ maxBytes: 1_000 })).toEqual({ entries: 2_000, bytes: 20_000, more: true });
  expect(await store.prune({ maxBytes: 1_000 })).toEqual({ entries: 0, bytes: 0, more: false });
  for (let i = 0; i < 100; i++) expect((await store.look(subjectOf(i))).found).toBeDefined();
});

describe('while somebody else writes', () => {
  let other: pg.Client;
  beforeEach(async () => {
    other = new pg.Client({ connectionString: database.url });
    await other.connect();
  });
  afterEach(() => other.end());

  test('noting uses waits for nobody', async () => {
    await fill(0, 10);
    await other.query(
      `BEGIN; UPDATE ${schema}.entries SET used_at = 1; UPDATE ${schema}.entries SET used_at = 0 WHERE key = '${keyOf(0)}'`,
    );
    await store.touch(Array.from({ length: 10 }, (_, i) => keyOf(i)));
    await other.query('ROLLBACK');
  });

  test('what is replaced after it was chosen stays', async () => {
    await fill(0, 10);
    await other.query(`BEGIN; UPDATE ${schema}.entries SET ticket = ticket + 1 WHERE key = '${keyOf(0)}'`);
    const pruned = store.prune({ maxBytes: 0 });
    const waits = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
    while ((await sql(database.url, waits)).length === 0);
    await other.query('COMMIT');
    expect(await pruned).toMatchObject({ entries: 9 });
    expect(await rowsOf('results')).toBe(1); // of the others only their tickets are left
  });
});
