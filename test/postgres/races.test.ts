/** Statements that meet on one entry: a transaction holds its row until another one waits there, with what that has seen before. */
import pg from 'pg';
import { postgresTables, PostgresStore } from 'temporal-activity-cache';
import type { NewEntry, Subject } from 'temporal-activity-cache/store';
import { nextTicket } from '../../src/store/postgres/tickets';
import { freshDatabase, sql } from '../helpers/postgres';

const database = freshDatabase();

const subject: Subject = {
  key: 'a'.repeat(64),
  scope: 'scope',
  namespace: 'namespace',
  activityType: 'activity',
  version: '1',
};

let store: PostgresStore;
beforeEach(() => void (store = new PostgresStore({ uri: database.url, schema: 'raced' })));
afterEach(async () => {
  await store.close();
  await sql(database.url, 'DROP SCHEMA raced CASCADE');
});

async function begin(more: Partial<NewEntry> = {}): Promise<NewEntry> {
  const { ticket, now } = await store.draw();
  const data = Buffer.from(`${ticket}`);
  return {
    ...subject,
    tags: ['tag'],
    ticket,
    startedAt: now,
    durationMs: 1,
    header: 'header',
    data,
    ...more,
  };
}

const execute = async (more: Partial<NewEntry> = {}) => store.put(await begin(more));
const entries = async () => (await store.stats({})).entries;

interface Meeting<T> {
  /** Of those who wait. */
  answer: Promise<T>;
  /** @param last - done before the transaction ends */
  commit(last?: string): Promise<void>;
}

/** Resolves when what `begins` waits for a transaction that has done `first`. */
async function meeting<T>(first: string, begins: () => Promise<T>): Promise<Meeting<T>> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`SET search_path TO raced; BEGIN; ${first}`);
  const answer = begins();
  const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
  while ((await client.query(waiting)).rowCount === 0);
  const commit = async (last = '') => {
    await client.query(`${last}; COMMIT`);
    await client.end();
  };
  return { answer, commit };
}

async function after<T>(first: string, begins: () => Promise<T>, last?: string): Promise<T> {
  const { answer, commit } = await meeting(first, begins);
  await commit(last);
  return answer;
}

test.each([{ key: subject.key }, { scope: 'scope' }, { scope: 'scope', tag: 'tag' }])(
  'a result that is being stored when its floor is raised is never found: %j',
  async (filter) => {
    await execute();
    await store.invalidate(filter);
    const late = await begin();
    const put = await meeting('SELECT FROM entries FOR UPDATE', () => store.put(late));
    expect(await store.invalidate(filter)).toEqual({ entries: 0 });
    await put.commit();
    await put.answer;
    expect(await store.look(subject)).toMatchObject({ why: 'invalidated' });
    expect(await execute()).toBe('stored');
    expect((await store.look(subject)).found).toBeDefined();
  },
);

/** By a ticket that is drawn at that moment. */
const REPLACED = `
  UPDATE entries SET ticket = ${nextTicket('raced')}, keep_until = NULL, gone_at = NULL;
  UPDATE results SET ticket = (SELECT ticket FROM entries)`;

test.each<[string, Partial<NewEntry>, () => Promise<unknown>]>([
  ['prune of what is past its time', { keepUntil: 1 }, () => store.prune({})],
  ['prune of what was not used', {}, () => store.prune({ maxBytes: 0 })],
  ['an invalidation by age', {}, () => store.invalidate({ scope: 'scope', olderThanMs: 0 })],
  ['an invalidation by key', {}, () => store.invalidate({ key: subject.key })],
  ['an invalidation by tag', {}, () => store.invalidate({ scope: 'scope', tag: 'tag' })],
])('an entry that is replaced while %s waits for it stays', async (_name, more, drop) => {
  await execute(more);
  await after('SELECT FROM entries FOR UPDATE', drop, REPLACED);
  expect((await store.look(subject)).found?.data).toBeDefined();
  expect(await entries()).toBe(1);
});

test('what is remembered of an entry stays when a new one takes its place while prune waits for it', async () => {
  await execute();
  await store.invalidate({ key: subject.key });
  await sql(database.url, 'UPDATE raced.entries SET gone_at = 1');
  const next = await begin();
  const replaced = `
    UPDATE entries SET ticket = ${next.ticket}, gone_at = NULL;
    INSERT INTO results VALUES ('${subject.key}', ${next.ticket}, 'header', 'data')`;
  await after(replaced, () => store.prune({}));
  expect((await store.look(subject)).found).toMatchObject({ ticket: next.ticket, header: 'header' });
});

test('a result whose entry is removed while it waits is stored whole', async () => {
  await execute();
  const next = await begin();
  expect(await after('DELETE FROM entries', () => store.put(next))).toBe('stored');
  expect((await store.look(subject)).found).toMatchObject({ ticket: next.ticket, header: 'header' });
});

test('a result that waits while a newer one is stored is superseded', async () => {
  await execute();
  const older = await begin();
  expect(await after(REPLACED, () => store.put(older))).toBe('superseded');
  expect((await store.look(subject)).found!.ticket).toBeGreaterThan(older.ticket);
});

test('noting a use waits for nobody, and nobody who reads waits for a writer', async () => {
  await execute();
  const late = await begin();
  const held = await meeting(REPLACED, () => store.put(late));
  await store.touch([subject.key]);
  expect((await store.look(subject)).found).toBeDefined();
  await held.commit();
  expect(await held.answer).toBe('superseded');
});

test('whoever comes too late to make the tables does not wait for those who use them by now', async () => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const lock = `hashtextextended('activity-cache raced', 0)`;
  await client.query(`SELECT pg_advisory_lock(${lock})`);
  const drawn = store.draw(); // finds no tables, and waits to make them
  const waiting = `SELECT FROM pg_stat_activity WHERE wait_event = 'advisory' AND datname = current_database()`;
  while ((await client.query(waiting)).rowCount === 0);
  await sql(database.url, postgresTables('raced'));
  const tables = 'raced.entries, raced.results, raced.floors, raced.notes';
  await client.query(`BEGIN; LOCK TABLE ${tables} IN ROW EXCLUSIVE MODE; SELECT pg_advisory_unlock(${lock})`);
  expect((await drawn).ticket).toBeGreaterThan(0);
  await client.query('COMMIT');
  await client.end();
});
