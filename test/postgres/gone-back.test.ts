/** A server that is put back to what it was: from a backup, by a failover, or its sequence by a person. */
import { PostgresStore } from 'temporal-activity-cache';
import type { NewEntry } from 'temporal-activity-cache/store';
import { freshDatabase, sql } from '../helpers/postgres';

const database = freshDatabase();
const opened: PostgresStore[] = [];
let schemas = 0;
const open = (schema = `back_${schemas}`): PostgresStore => {
  opened.push(new PostgresStore({ uri: database.url, schema }));
  return opened.at(-1)!;
};
beforeEach(() => void schemas++);
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

const subject = {
  key: 'a'.repeat(64),
  scope: 'scope',
  namespace: 'namespace',
  activityType: 'activity',
  version: '1',
};
const all = { scope: 'scope' };
const put = (store: PostgresStore, ticket: number, header: string, more: Partial<NewEntry> = {}) =>
  store.put({
    ...{ ...subject, tags: [], ticket, startedAt: 0, durationMs: 1, header, data: new Uint8Array(10) },
    ...more,
  });
const execute = async (store: PostgresStore, header: string) =>
  put(store, (await store.draw()).ticket, header);
const holder = async (store: PostgresStore) => (await store.look(subject)).found?.header;

/** The tables as they are now, to be put in place later. */
async function backUp(): Promise<() => Promise<unknown>> {
  const s = `back_${schemas}`;
  const saved = await sql(database.url, `SELECT last_value FROM ${s}.tickets`);
  const floors = await sql(database.url, `SELECT id, ticket FROM ${s}.floors`);
  return async () => {
    await sql(database.url, `SELECT setval('${s}.tickets', ${saved[0].last_value})`);
    await sql(database.url, `DELETE FROM ${s}.floors; DELETE FROM ${s}.entries`);
    for (const { id, ticket } of floors)
      await sql(database.url, `INSERT INTO ${s}.floors(id, ticket, pending) VALUES ($1, $2, false)`, [
        id,
        ticket,
      ]);
  };
}

describe.each(['the store object that is open', 'a new one'])('by %s', (which) => {
  /** An execution that is under way while a backup is put in place. */
  async function underWay(): Promise<{ ticket: number; store: PostgresStore }> {
    const before = open();
    await execute(before, 'before');
    const restore = await backUp();
    for (let i = 0; i < 20; i++) await before.draw();
    const { ticket } = await before.draw();
    await restore();
    return { ticket, store: which === 'a new one' ? open() : before };
  }

  test('an invalidation wins over what began before', async () => {
    const { store, ticket } = await underWay();
    await store.invalidate(all);
    expect(await put(store, ticket, 'lost')).toBe('superseded');
    for (let i = 0; i < 50; i++) await store.draw();
    expect(await put(store, ticket, 'lost')).toBe('superseded');
    expect(await execute(store, 'anew')).toBe('stored');
    expect(await holder(store)).toBe('anew');
  });

  test('what is computed anew wins over it', async () => {
    const { store, ticket } = await underWay();
    expect(await execute(store, 'anew')).toBe('stored');
    for (let i = 0; i < 50; i++) await store.draw();
    expect(await put(store, ticket, 'lost')).toBe('superseded');
    expect(await holder(store)).toBe('anew');
  });

  test('where it was stored, an invalidation takes it', async () => {
    const { store, ticket } = await underWay();
    await put(store, ticket, 'lost');
    await store.invalidate(all);
    expect(await holder(store)).toBe(undefined);
    expect(await put(store, ticket, 'lost')).toBe('superseded');
  });

  test('many who draw at once draw above all that was drawn', async () => {
    const { store, ticket } = await underWay();
    const drawn = await Promise.all(Array.from({ length: 50 }, () => store.draw()));
    expect(new Set(drawn.map((each) => each.ticket)).size).toBe(50);
    expect(drawn.every((each) => each.ticket > ticket)).toBe(true);
  });
});

test('a ticket that was never drawn is refused, however little it is too high', async () => {
  const store = open();
  const { ticket } = await store.draw();
  expect(await put(store, ticket + 1_000_000, 'never drawn')).toBe('superseded');
  expect(await put(store, ticket, 'drawn')).toBe('stored');
});

test('an entry with a ticket above all that were drawn does not count, and goes', async () => {
  const store = open();
  await execute(store, 'forged');
  const forge = () =>
    sql(
      database.url,
      `UPDATE back_${schemas}.entries SET ticket = ${Number.MAX_SAFE_INTEGER};
      UPDATE back_${schemas}.results SET ticket = ${Number.MAX_SAFE_INTEGER}`,
    );
  await forge();
  expect(await holder(store)).toBe(undefined);
  expect(await execute(store, 'anew')).toBe('stored');
  expect(await holder(store)).toBe('anew');
  for (const filter of [all, { scope: 'scope', olderThanMs: 0 }]) {
    await forge();
    await store.invalidate(filter);
    expect((await store.stats({})).entries).toBe(0);
    expect(await execute(store, 'anew')).toBe('stored');
  }
});

test('what was invalidated, and is not remembered any more, leaves its ticket', async () => {
  const store = open();
  const { ticket } = await store.draw();
  await execute(store, 'newer');
  await store.invalidate({ scope: 'scope', olderThanMs: 0 });
  const entries = `back_${schemas}.entries`;
  const prune = async () => {
    while ((await store.prune({})).more);
  };
  const later = (ms: number) =>
    sql(database.url, `UPDATE ${entries} SET gone_at = sign(gone_at) * (abs(gone_at) - ${ms})`);
  await later(31 * 24 * 3_600_000);
  await prune();
  expect(await store.look(subject)).toMatchObject({ why: 'new' });
  expect(await put(store, ticket, 'older')).toBe('superseded');
  expect(await sql(database.url, `SELECT FROM ${entries}`)).toHaveLength(1);
  await later(11 * 60_000);
  await prune();
  expect(await sql(database.url, `SELECT FROM ${entries}`)).toHaveLength(0);
  expect(await put(store, ticket, 'older')).toBe('superseded');
  expect(await execute(store, 'anew')).toBe('stored');
});
