/** A whole Workflow's result counts no longer than the results of cached Activities and Workflows that it is made of. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Keyv } from 'keyv';
import {
  cached,
  type CacheStore,
  cacheReport,
  type Invalidation,
  KeyvStore,
  MemoryStore,
  PostgresStore,
  SqliteStore,
} from 'temporal-activity-cache';
import { freshDatabase } from '../helpers/postgres';
import { shared } from '../helpers/shared';
import { spied } from '../helpers/spy-store';
import { type WholeScene, wholeScenes } from '../helpers/whole-scene';

const withWhole = wholeScenes(require.resolve('../helpers/used-results-workflows'));

const body = async (x: number) => `${x}`;
const bodies = { load: body, score: body, picky: body };

/** `score` is not cached. @param ttl - of `load` */
const wrapped =
  (ttl: '10 minutes' | '5 minutes') =>
  ({ load, picky, score }: Record<string, (...args: any[]) => Promise<unknown>>) => ({
    score: score!,
    load: cached({ behavior: 'auto', ttl, tags: ([x]) => [`x-${x as number}`] }, load!),
    picky: cached({ behavior: 'auto', cacheIf: () => false }, picky!),
  });

const withScene = (store: CacheStore, test: (scene: WholeScene) => Promise<void>, ttl = '10 minutes') =>
  withWhole(bodies, test, { plugin: { store }, wrap: wrapped(ttl as '10 minutes') });

/** One Worker for all tests on a store; each test has inputs of its own. */
const worker = (store: () => CacheStore) => shared<WholeScene>((test) => withScene(store(), test));

let inputs = 0;
const newInput = () => (inputs += 1_000);

/** Runs a Workflow, and says what became of it as a whole, and what ran. */
function runs({ begin, client, ran }: WholeScene, workflow: string, args: unknown[]) {
  return async (cache?: object) => {
    ran.length = 0;
    const handle = await begin(workflow, args, cache);
    await handle.result();
    const { rows } = await cacheReport(client.workflow.getHandle(handle.workflowId)); // of the last run
    const whole = rows.find(({ activityType }) => activityType === workflow);
    const { status, why, reason, detail } = whole!;
    return { told: [status, why, reason].filter(Boolean).join(' '), detail, ran: [...ran].sort() };
  };
}

const HIT = { told: 'hit', ran: [] };

const folder = mkdtempSync(join(tmpdir(), 'used-results-'));
afterAll(() => rmSync(folder, { recursive: true }));
const database = freshDatabase();

let ahead = 0;
afterEach(() => void (ahead = 0));
const clock = () => Date.now() + ahead;
const MINUTE = 60_000;

/** Each way in which it comes by the result of `load`. */
const WAYS: [string, (x: number) => unknown[]][] = [
  ['report', (x) => [x]],
  ['looksUp', (x) => [x]],
  ['locally', (x) => [x]],
  ['given', (x) => [x]],
  ['continued', (x) => [x, 1]],
  ['viaChild', (x) => [x]],
  ['givenViaChild', (x) => [x]],
  ['givenViaFailed', (x) => [x]],
  ['viaWhole', (x) => [x]],
  ['viaGiven', (x) => [x]],
  ['viaBoth', (x) => [x]],
];

/** Some of them, where the way is the same for another reason to forget; all of them with SOAK=all. */
const waysOf = (...names: string[]) =>
  process.env.SOAK === 'all' ? WAYS : WAYS.filter(([workflow]) => names.includes(workflow));

describe('on SQLite', () => {
  const scene = worker(() => new SqliteStore(join(folder, 'cache.db'), { clock }));

  test.each(WAYS)('%s: a result that it used is forgotten, and it runs', async (workflow, argsOf) => {
    const x = newInput();
    const run = runs(scene(), workflow, argsOf(x));
    expect((await run()).told).toBe('stored new');
    expect(await run()).toMatchObject(HIT);
    await scene().cache.invalidate({ tag: `x-${x}` });
    const again = await run();
    expect(again.told).toBe('stored invalidated');
    expect(again.ran).toContain(`load ${x}`);
    expect(await run()).toMatchObject(HIT);
  });

  test.each(waysOf('report', 'continued', 'viaWhole', 'viaBoth'))(
    '%s: a result that it used has expired, and it runs',
    async (workflow, argsOf) => {
      const x = newInput();
      const run = runs(scene(), workflow, argsOf(x));
      await run();
      ahead += 9 * MINUTE;
      expect(await run()).toMatchObject(HIT);
      ahead += 2 * MINUTE;
      const again = await run();
      expect(again.told).toBe('stored expired');
      expect(again.ran).toContain(`load ${x}`);
      expect(await run()).toMatchObject(HIT);
    },
  );

  test.each(waysOf('looksUp', 'continued', 'viaChild', 'viaGiven'))(
    '%s: an overwrite of an Activity that it used runs it once',
    async (workflow, argsOf) => {
      const x = newInput();
      const run = runs(scene(), workflow, argsOf(x));
      await run();
      const overwriting = await run({ cache: { mode: 'overwrite', activities: ['lo*'] } });
      expect(overwriting.told).toBe('stored overwrite');
      expect(overwriting.ran.filter((call) => call === `load ${x}`)).toHaveLength(1);
      expect(await run()).toMatchObject(HIT);
      expect(await run({ cache: { mode: 'overwrite', activities: ['another'] } })).toMatchObject(HIT);
    },
  );

  test.each<[string, (key: string) => Invalidation]>([
    ['its Activity', () => ({ activity: 'load' })],
    ['its key', (key) => ({ key })],
    ['its Activity and age', () => ({ activity: 'load', olderThan: '1 minute' })],
    ['all', () => ({ all: true })],
  ])('a result that it used is forgotten by %s, and it runs', async (_by, filterOf) => {
    const x = newInput();
    const { cache, begin } = scene();
    const handle = await begin('report', [x]);
    await handle.result();
    const { key } = (await cacheReport(handle)).rows[0]!;
    ahead += 2 * MINUTE;
    expect(await runs(scene(), 'report', [x])()).toMatchObject(HIT);
    await cache.invalidate(filterOf(key));
    const again = await runs(scene(), 'report', [x])();
    expect(again).toMatchObject({ told: 'stored invalidated', ran: [`load ${x}`, `score ${x}`] });
  });

  test('a result that it used is computed anew for another run: it runs', async () => {
    const x = newInput();
    const run = runs(scene(), 'report', [x]);
    await run();
    await scene().result('plain', [x], { cache: { mode: 'overwrite' } });
    const again = await run();
    expect(again).toMatchObject({ told: 'stored invalidated', ran: [`score ${x}`] });
    expect(again.detail).toBe("a result of 'load' that it used is not there any more");
    expect(await run()).toMatchObject(HIT);
  });

  test('a `ttl` at the call site holds for what it used there', async () => {
    const run = runs(scene(), 'briefly', [newInput()]);
    await run();
    ahead += 3 * MINUTE;
    expect((await run()).told).toBe('stored expired');
  });

  test('an Activity that it used is not to be read: it runs, and is not stored', async () => {
    const x = newInput();
    const run = runs(scene(), 'report', [x]);
    await run();
    const off = await run({ cache: { mode: 'off', activities: ['load'] } });
    expect(off).toMatchObject({ told: 'unstored overwrite skipped', ran: [`load ${x}`, `score ${x}`] });
    expect(off.detail).toBe("the result of 'load' is no entry of the cache (bypassed, off)");
    expect(await run({ cache: { mode: 'readonly', activities: ['load'] } })).toMatchObject(HIT);
  });

  test('a result that it used was not stored: nor is its own', async () => {
    const x = newInput();
    const run = runs(scene(), 'choosy', [x]);
    for (const time of [1, 2]) {
      const again = await run();
      expect([time, again.told, again.ran]).toEqual([time, 'unstored new skipped', [`picky ${x}`]]);
      expect(again.detail).toMatch(/'picky' is no entry of the cache \(unstored, cache-if\)/);
    }
  });
});

test('an Activity whose `ttl` is shorter by now: what used its older results runs', async () => {
  const store = new MemoryStore(clock);
  const x = newInput();
  await withScene(store, async (scene) => {
    await runs(scene, 'looksUp', [x])();
    ahead += 6 * MINUTE;
    expect(await runs(scene, 'looksUp', [x])()).toMatchObject(HIT);
  });
  const later = async (scene: WholeScene) =>
    expect((await runs(scene, 'looksUp', [x])()).told).toBe('stored expired');
  await withScene(store, later, '5 minutes');
});

test('a result that it used is pruned: it runs; a hit counts as a use of what it is made of', async () => {
  const store = new MemoryStore(clock);
  const [x, y] = [newInput(), newInput()];
  await withScene(store, async (scene) => {
    for (const input of [x, y]) await runs(scene, 'looksUp', [input])();
    ahead += MINUTE;
    expect(await runs(scene, 'looksUp', [x])()).toMatchObject(HIT);
  });
  await withScene(store, async (scene) => {
    const { bytes } = await scene.cache.stats();
    expect(await scene.cache.prune({ maxBytes: bytes - 1 })).toMatchObject({ entries: 1 });
    expect(await runs(scene, 'looksUp', [x])()).toMatchObject(HIT);
    const again = await runs(scene, 'looksUp', [y])();
    expect(again).toMatchObject({ told: 'stored invalidated', ran: [`load ${y}`] });
  });
});

test('20 results that it used are checked at once', async () => {
  const { store, calls } = spied(new MemoryStore());
  await withScene(store, async (scene) => {
    const run = runs(scene, 'fanOut', [newInput(), 20]);
    expect((await run()).ran).toHaveLength(20);
    calls.length = 0;
    expect(await run()).toMatchObject(HIT);
    expect(calls.filter((call) => call === 'check' || call === 'look')).toEqual(['look', 'check']);
  });
});

describe.each<[string, () => CacheStore]>([
  ['PostgreSQL', () => new PostgresStore({ uri: database.url })],
  ['a Keyv', () => new KeyvStore(new Keyv())],
  ['a store that has no `check`', () => withoutCheck(new MemoryStore())],
])('on %s', (_name, store) => {
  const scene = worker(store);

  test.each(['report', 'viaBoth', 'given'])(
    '%s: a hit, until a result that it used is forgotten',
    async (workflow) => {
      const x = newInput();
      const run = runs(scene(), workflow, [x]);
      await run();
      expect(await run()).toMatchObject(HIT);
      await scene().cache.invalidate({ tag: `x-${x}` });
      const again = await run();
      expect([again.told, again.ran[0]]).toEqual(['stored invalidated', `load ${x}`]);
      expect(await run()).toMatchObject(HIT);
    },
  );
});

const withoutCheck = (store: CacheStore): CacheStore =>
  new Proxy(store, {
    get(target, name) {
      const member: unknown = name === 'check' ? undefined : Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
