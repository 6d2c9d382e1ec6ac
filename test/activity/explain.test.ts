/** Why a call ran, in stores that need no server. */
import Keyv from 'keyv';
import Database from 'libsql';
import {
  cached,
  type CacheOptions,
  CacheOptionsError,
  CachePlugin,
  type CachePolicy,
  KeyvStore,
  MemoryStore,
  SqliteStore,
} from 'temporal-activity-cache';
import { defaultPayloadConverter } from '@temporalio/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { verdictOf } from '../../src/explain/verdict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wronglyExplained } from '../helpers/explained';
import { MockWorker } from '../helpers/mock';
import { scaledBy } from '../helpers/scaling';

const STORES = {
  SQLite: () => new SqliteStore(join(mkdtempSync(join(tmpdir(), 'explain-')), 'cache.db')),
  'a Keyv': () => new KeyvStore(new Keyv()),
};

test.each(Object.entries(STORES))(
  'of 40 seeded single changes each is named, and nothing else: %s',
  async (_, store) => {
    expect(await wronglyExplained(store, 40)).toEqual([]);
  },
);

test.each(Object.entries(STORES))(
  'an edit is named where another run has made the same call with other arguments since: %s',
  async (_, store) => {
    const shared = store();
    const run = async (runId: string, factor: number, x: number) => {
      const f = cached('auto', scaledBy(factor));
      const worker = new MockWorker({ f }, { store: shared });
      const info = { activityId: '1', workflowType: 'w', workflowExecution: { workflowId: runId, runId } };
      await worker.callWith({ info }, 'f', { rows: [x] });
      const keys = [];
      for await (const { key, origin } of worker.plugin.entries())
        if (origin?.runId === runId) keys.push(key);
      const [explained] = await worker.plugin.explain({ key: keys[0]! });
      return [explained!.against?.chosen, ...explained!.differences.map(({ item }) => item)];
    };
    await run('before the edit', 2, 1);
    await run('the first child after it', 3, 7);
    const factor = expect.stringMatching(/^version · reachableCode · .*factor$/);
    expect(await run('the second child after it', 3, 1)).toEqual(['same inputs', factor]);
    expect(await run('arguments that are new', 3, 5)).toEqual(['same call', 'inputs · data.rows.0']);
  },
);

describe('an entry with an equal key that does not count', () => {
  /** What is told of the second call of one key, and what is told before it of that call. */
  async function secondOf(
    spoil: (scene: { worker: MockWorker; path: string; key: string }) => Promise<void> | void,
    options: CacheOptions<(x: number) => Promise<number>> = {},
    headers = {},
  ) {
    const path = join(mkdtempSync(join(tmpdir(), 'explain-')), 'cache.db');
    const store = new SqliteStore(path);
    const f = cached({ version: '1', tags: ['all'], ...options }, async (x: number) => x);
    const worker = new MockWorker({ f }, { store, secret: 'secret' });
    await worker.call('f', 1);
    await spoil({ worker, path, key: worker.told[0]!.key });
    const [before] = await worker.plugin.explain({ activity: 'f', args: [1] });
    await worker.callWith({ headers }, 'f', 1);
    const { status, why, reason, detail } = worker.told[1]!;
    const told = verdictOf({
      activityType: 'f',
      activityId: '1',
      key: 'k',
      version: '1',
      status,
      why,
      reason,
      detail,
    } as never);
    await worker.plugin.close();
    return { before: [before!.verdict, before!.why, before!.reason], told: [status, why, told.reason] };
  }

  const change = (path: string, sql: string) => {
    const db = new Database(path);
    db.exec(sql);
    db.close();
  };

  test('is expired, and since when', async () => {
    const since = /^the entry of this key was older than its ttl: since \d{4}-/;
    const seen = await secondOf(() => sleep(30), { ttl: 10 });
    expect(seen.before).toEqual(['miss', 'expired', expect.stringMatching(since)]);
    expect(seen.told).toEqual(['stored', 'expired', expect.stringMatching(since)]);
  });

  test('is invalidated, and by which call', async () => {
    const seen = await secondOf(({ worker }) => void worker.plugin.invalidate({ activity: 'f' }));
    const by =
      /^the entry of this key was invalidated: by invalidate\(\{ activity: f, namespace: default \}\) at \d/;
    expect(seen.before).toEqual(['miss', 'invalidated', expect.stringMatching(by)]);
    expect(seen.told.slice(0, 2)).toEqual(['stored', 'invalidated']);
  });

  test.each([
    ['has lost its bytes', 'UPDATE entries SET data = NULL; DELETE FROM payloads', 'its bytes are gone'],
    ['has other bytes', "UPDATE entries SET data = x'00'", 'its checksum does not fit'],
    [
      'is of another format',
      `UPDATE entries SET header = replace(header, '"format":1', '"format":9')`,
      'it has format 9, and this version reads 1',
    ],
    ['has a header that is no header', "UPDATE entries SET header = 'x'", 'its header cannot be read'],
  ])('%s', async (_, sql, says) => {
    const reason = `the entry of this key could not be read: ${says}`;
    const seen = await secondOf(({ path }) => change(path, sql));
    expect(seen.before).toEqual(['miss', 'damaged', reason]);
    expect(seen.told).toEqual(['stored', 'damaged', reason]);
  });

  test("is refused by 'hitIf'", async () => {
    const seen = await secondOf(() => {}, { hitIf: () => false });
    expect(seen.told).toEqual(['stored', 'hit-if', "'hitIf' refused the entry of this key"]);
  });

  test('is to be overwritten, or is not to be replaced', async () => {
    const control = (mode: string) => ({ 'activity-cache': defaultPayloadConverter.toPayload({ mode }) });
    const overwritten = await secondOf(() => {}, {}, control('overwrite'));
    expect(overwritten.told).toEqual(['stored', 'overwrite', 'the run was to overwrite what is stored']);
    const expired = await secondOf(() => sleep(30), { ttl: 10 }, control('readonly'));
    expect(expired.told).toEqual([
      'unstored',
      'expired',
      'the cache was read-only, so the result was not stored',
    ]);
  });
});

test.each([
  [
    'throws',
    () => {
      throw new Error('no pieces');
    },
  ],
  ['rejects', () => Promise.reject(new Error('no pieces'))],
  ['never answers', () => new Promise(() => {})],
  ['answers null', () => null],
  ['answers numbers', () => ({ a: 1 })],
])("a policy whose 'getPieces' %s costs the explanation, and no result: %#", async (_, getPieces) => {
  const policy = { name: 'own', getVersion: () => '1', getPieces: getPieces as CachePolicy['getPieces'] };
  const f = cached({ policies: [policy] }, async (x: number) => x);
  const worker = new MockWorker({ f });
  expect([await worker.call('f', 1), await worker.call('f', 1)]).toEqual([1, 1]);
  expect(worker.statuses).toEqual(['stored new', 'hit']);
  expect(worker.warnings).toEqual([expect.stringContaining('activity cache: pieces · f')]);
});

test('with a secret, what versions were made of is kept as HMACs, and damaged notes are no explanation', async () => {
  const store = new MemoryStore();
  const made = (code: number) => async (x: number) => x + code;
  const notesOf = async (secret: string) => {
    const own = new MemoryStore();
    await new MockWorker({ f: cached('auto', made(1234)) }, { store: own, secret }).call('f', 1);
    return (await own.notes('version/')).map(({ text }) => text);
  };
  const [one, other] = [await notesOf('one'), await notesOf('other')];
  expect([one.length, other.length]).toEqual([1, 1]);
  const piecesOf = ([text]: string[]) =>
    Object.values((JSON.parse(text!) as { policies: { pieces: object }[] }).policies[0]!.pieces);
  const shared = piecesOf(one).filter((piece) => piecesOf(other).includes(piece));
  expect(shared).toEqual([]);

  const keys: string[] = [];
  for (const code of [1, 2]) {
    const worker = new MockWorker({ f: cached('auto', made(code)) }, { store });
    await worker.call('f', 1);
    for await (const { key } of worker.plugin.entries()) if (!keys.includes(key)) keys.push(key);
  }
  for (const text of ['{"v":1,"policies":[null]}', '{"v":1,"policies":[{"name":1}]}', 'x']) {
    for (const { name } of await store.notes('version/')) await store.note(name, text);
    const [explained] = await new CachePlugin({ store }).explain({ key: keys[1]!, against: keys[0]! });
    expect(explained!.differences.map(({ item }) => item)).toEqual(['version']);
  }
});

test('another scope is not seen, and a wrong request is refused', async () => {
  const store = new MemoryStore();
  const f = cached({ version: '1' }, async (x: string) => x);
  await new MockWorker({ f }, { store, scope: 'one' }).call('f', 'guess');
  const plugin = new CachePlugin({ store, scope: 'other' });
  const [explained] = await plugin.explain({ activity: 'f', args: ['guess'], fn: f });
  expect([explained!.verdict, explained!.against]).toEqual(['miss', undefined]);
  for (const wrong of [{}, { activity: 'f', args: 'x' }, { activity: 'f', args: [], key: 'a' }, { key: 'a' }])
    await expect(plugin.explain(wrong as never)).rejects.toThrow(CacheOptionsError);
});

test('a version that changes while the Activity runs is not explained by what came after it', async () => {
  const store = new MemoryStore();
  let at = '1';
  const policy = { name: 'own', getVersion: () => at, getPieces: () => ({ file: at }) };
  const worker = new MockWorker({ f: cached({ policies: [policy] }, async () => (at = '2')) }, { store });
  await worker.call('f');
  expect(await store.notes('version/')).toEqual([]);
  await worker.call('f');
  expect(await store.notes('version/')).toHaveLength(1);
});
