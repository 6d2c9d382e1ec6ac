/** Whose entries a plugin means: those of its scope, in the namespaces it is wired to. */
import { defaultPayloadConverter } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { cached, type CacheEntry, CachePlugin, MemoryStore } from 'temporal-activity-cache';
import { mockActivityInterceptors } from 'temporal-activity-cache/testing';
import { MockWorker } from '../helpers/mock';

const readonly = { 'activity-cache': defaultPayloadConverter.toPayload({ mode: 'readonly' }) };

async function placesOf(entries: AsyncIterable<CacheEntry>): Promise<string[]> {
  const places: string[] = [];
  for await (const { scope, namespace } of entries) places.push(`${scope} ${namespace}`);
  return places;
}

const echo = () => cached({ version: '1', tags: ['t'] }, async (text: string) => text);

/** Entries of two teams, the first of them in two namespaces; by each Worker's own plugin. */
async function teams() {
  const store = new MemoryStore();
  const worker = async (scope: string, namespace: string) => {
    const made = new MockWorker({ f: echo() }, { store, scope }, { namespace });
    await made.call('f', 'x');
    return made;
  };
  const [a, b, other] = [await worker('team', 'a'), await worker('team', 'b'), await worker('other', 'a')];
  const hits = async () => {
    const workers = { a, b, other };
    const told = Object.entries(workers).map(async ([name, each]) => {
      await each.callWith({ headers: readonly }, 'f', 'x');
      return each.statuses.at(-1) === 'hit' ? name : undefined;
    });
    return (await Promise.all(told)).filter((name) => name !== undefined);
  };
  return { store, a, b, other, hits };
}

test('a plugin that is wired to a Worker means the namespace of that Worker', async () => {
  const { a, hits } = await teams();
  expect(await placesOf(a.plugin.entries())).toEqual(['team a']);
  expect((await a.plugin.stats()).entries).toBe(1);
  expect(await a.plugin.invalidate({ all: true })).toEqual({ entries: 1 });
  expect(await hits()).toEqual(['b', 'other']);
});

test('wired to Workers and clients of several namespaces it means all of these', async () => {
  const { a, hits } = await teams();
  a.plugin.configureClient({ namespace: 'b' });
  expect(await placesOf(a.plugin.entries())).toEqual(['team a', 'team b']);
  expect(await a.plugin.stats()).toMatchObject({ entries: 2, byActivity: { f: { entries: 2 } } });
  expect(await a.plugin.invalidate({ tag: 't' })).toEqual({ entries: 2 });
  expect(await hits()).toEqual(['other']);
});

test('wired to none it means all of its scope, and never another one', async () => {
  const { store, hits } = await teams();
  const plugin = new CachePlugin({ store, scope: 'team' });
  expect(await placesOf(plugin.entries())).toEqual(['team b', 'team a']); // the newest first
  expect(await plugin.invalidate({ all: true })).toEqual({ entries: 2 });
  expect(await hits()).toEqual(['other']);
  expect(await new CachePlugin({ store }).invalidate({ all: true })).toEqual({ entries: 0 }); // the scope ''
  expect(await hits()).toEqual(['other']);
});

test('a namespace that is named is meant, whatever the plugin is wired to', async () => {
  const { a, hits } = await teams();
  expect(await placesOf(a.plugin.entries({ namespace: 'c' }))).toEqual([]);
  expect((await a.plugin.stats({ namespace: 'b' })).entries).toBe(1);
  expect(await a.plugin.invalidate({ all: true, namespace: 'b' })).toEqual({ entries: 1 });
  expect(await hits()).toEqual(['a', 'other']);
});

test('a whole key names one entry, of whatever namespace it is', async () => {
  const { a, b, hits } = await teams();
  let key = '';
  for await (const entry of b.plugin.entries()) ({ key } = entry);
  expect(await a.plugin.invalidate({ key })).toEqual({ entries: 1 });
  expect(await hits()).toEqual(['a', 'other']);
});

test('prune means the whole store, all scopes', async () => {
  const { a, hits } = await teams();
  expect(await a.plugin.prune({ maxBytes: 0 })).toMatchObject({ entries: 3 });
  expect(await hits()).toEqual([]);
});

test("in a unit test with Temporal's mock, the plugin means what the mock has stored", async () => {
  const plugin = new CachePlugin({ store: 'memory:' });
  const f = echo();
  const interceptors = mockActivityInterceptors(plugin, { f });
  const env = new MockActivityEnvironment({ activityType: 'f' }, { interceptors });
  await env.run(f, 'x');
  expect((await placesOf(plugin.entries())).length).toBe(1);
  expect(await plugin.invalidate({ all: true })).toEqual({ entries: 1 });
});
