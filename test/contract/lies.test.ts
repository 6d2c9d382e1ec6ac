/**
 * A store that answers in good form, but not the truth: nothing it says is taken for the call's own result, but what once was.
 * (An entry of the same key, whole, but no longer the last: nobody can tell, and it is served.)
 */
import { MockActivityEnvironment } from '@temporalio/testing';
import { cached, CachePlugin, MemoryStore } from 'temporal-activity-cache';
import type { StoredEntry } from 'temporal-activity-cache/store';
import { mockActivityInterceptors } from 'temporal-activity-cache/testing';
import * as faulty from '../helpers/faulty-store';
import { FaultyStore } from '../helpers/faulty-store';

/** A cached Activity on a faulty store; its result tells what it was called with, and its runs are listed. */
function setUp() {
  const store = new FaultyStore(new MemoryStore());
  const runs: string[] = [];
  const shout = cached('auto', async (text: string) => {
    runs.push(text);
    return `${text}!`;
  });
  const interceptors = mockActivityInterceptors(new CachePlugin({ store }), { shout });
  const call = (text: string) =>
    new MockActivityEnvironment({ activityType: 'shout' }, { interceptors }).run(shout, text);
  return { store, runs, call };
}

/** What the store has of the call `other`, to answer others with. */
async function entryOf(text: string, { store, call }: ReturnType<typeof setUp>): Promise<StoredEntry> {
  let entry!: StoredEntry;
  await call(text);
  store.fail(
    faulty.finds((found) => (entry = found)),
    'look',
  );
  await call(text);
  store.heal();
  return entry;
}

const LIES: Record<string, (found: StoredEntry, other: StoredEntry) => object> = {
  'the entry of another key': (_, other) => other,
  'the bytes of another entry': (_, { data }) => ({ data }),
  'the header of another entry': (_, { header }) => ({ header }),
  'another ticket': ({ ticket }) => ({ ticket: ticket + 1 }),
  'no ticket': () => ({ ticket: NaN }),
  'a younger age': ({ startedAt }) => ({ startedAt: startedAt + 1 }),
  'no age': () => ({ startedAt: undefined }),
  'no bytes': () => ({ data: undefined }),
  'one byte less': ({ data }) => ({ data: data!.subarray(1) }),
  'one byte more': ({ data }) => ({ data: Buffer.concat([data!, Buffer.from(' ')]) }),
  'another byte': ({ data }) => ({ data: data!.map((byte, i) => (i === 1 ? byte ^ 1 : byte)) }),
  'a text for bytes': ({ data }) => ({ data: Buffer.from(data!).toString() }),
  'numbers for bytes': ({ data }) => ({ data: [...data!] }),
  'no header': () => ({ header: undefined }),
  'an empty header': () => ({ header: '' }),
  'half a header': ({ header }) => ({ header: header.slice(0, header.length / 2) }),
  'a header of another letter': ({ header }) => ({ header: header.replace('shout', 'shOut') }),
  'bytes for a header': ({ header }) => ({ header: Buffer.from(header) }),
};

test.each(Object.entries(LIES))(
  'a look-up that answers with %s is a miss, which heals',
  async (_name, lie) => {
    const around = setUp();
    const { store, runs, call } = around;
    const other = await entryOf('other', around);
    await call('this');
    expect(runs.splice(0)).toEqual(['other', 'this']);

    store.fail(
      faulty.finds((found) => lie(found, other)),
      'look',
    );
    expect(await call('this')).toBe('this!');
    store.heal();
    expect(await call('this')).toBe('this!');
    expect(runs).toEqual(['this']);
  },
);

test('a store that says stored though nothing is: the next call runs', async () => {
  const { store, runs, call } = setUp();
  store.fail(faulty.pretends, 'put');
  expect(await call('this')).toBe('this!');
  store.heal();
  expect(await call('this')).toBe('this!');
  expect(await call('this')).toBe('this!');
  expect(runs).toEqual(['this', 'this']);
});

test('a store that finds nothing though there is an entry: the call runs, and its result replaces it', async () => {
  const { store, runs, call } = setUp();
  await call('this');
  store.fail(async () => ({ why: 'new', ticket: 1_000, now: 0 }), 'look');
  expect(await call('this')).toBe('this!');
  store.heal();
  expect(await call('this')).toBe('this!');
  expect(runs).toEqual(['this', 'this']);
});
