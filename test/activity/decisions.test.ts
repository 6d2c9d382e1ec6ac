import type { Payload } from '@temporalio/common';
import { cached, cacheContext, type CacheOptions, MemoryStore } from 'temporal-activity-cache';
import { MockWorker } from '../helpers/mock';

const text = (value: string) => ({
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(JSON.stringify(value)),
});

/** A worker with one Activity `f`, which answers how often it ran. */
function counting(options: CacheOptions, plugin = {}, body: (...args: any[]) => void = () => {}) {
  let runs = 0;
  const f = cached({ behavior: 'auto', parameters: ['a', 'b', 'c'], ...options }, async (...args: any[]) => {
    body(...args);
    return ++runs;
  });
  return new MockWorker({ f }, plugin);
}

describe('age', () => {
  /** A store whose clock stands still until it is set. */
  function clocked() {
    const clock = { now: 1_000_000 };
    return { clock, store: new MemoryStore(() => clock.now) };
  }

  test('an entry counts until it is as old as the reader allows, then the call runs and renews it', async () => {
    const { clock, store } = clocked();
    const worker = counting({ ttl: '1 minute' }, { store });
    expect(await worker.call('f')).toBe(1);
    clock.now += 59_999;
    expect(await worker.call('f')).toBe(1);
    clock.now += 1;
    expect(await worker.call('f')).toBe(2);
    clock.now += 59_999;
    expect(await worker.call('f')).toBe(2);
    expect(worker.statuses).toEqual(['stored new', 'hit', 'stored expired', 'hit']);
  });

  test('each reader judges by its own ttl', async () => {
    const { clock, store } = clocked();
    const fn = async () => 1;
    const patient = new MockWorker({ f: fn }, { store, activities: { f: 'auto' } });
    const hasty = new MockWorker({ f: fn }, { store, activities: { f: { ttl: 10 } } });
    await patient.call('f');
    clock.now += 10;
    await patient.call('f');
    await hasty.call('f');
    expect(patient.statuses).toEqual(['stored new', 'hit']);
    expect(hasty.statuses).toEqual(['stored expired']);
  });

  test('age counts from the start of the execution, not from its end', async () => {
    const { clock, store } = clocked();
    const worker = counting({ ttl: 100 }, { store }, () => (clock.now += 70));
    await worker.call('f');
    clock.now += 30;
    await worker.call('f');
    expect(worker.statuses).toEqual(['stored new', 'stored expired']);
  });

  test('the writer may shorten the life of its entry by setTtl, for every reader', async () => {
    const { clock, store } = clocked();
    const worker = counting({}, { store }, () => cacheContext()!.setTtl('1 second'));
    await worker.call('f');
    clock.now += 999;
    await worker.call('f');
    clock.now += 1;
    await worker.call('f');
    expect(worker.statuses).toEqual(['stored new', 'hit', 'stored expired']);
  });

  test('setTtl cannot lengthen what the reader allows, and an empty duration leaves the result unstored', async () => {
    const { clock, store } = clocked();
    const worker = counting({ ttl: 10 }, { store }, (ttl) => cacheContext()!.setTtl(ttl));
    await worker.call('f', '1 day');
    clock.now += 10;
    await worker.call('f', '1 day');
    await worker.call('f', 0);
    await worker.call('f', 'rubbish');
    expect(worker.statuses).toEqual([
      'stored new',
      'stored expired',
      'unstored new skipped',
      'unstored new skipped',
    ]);
  });

  test('a clock that steps back makes no entry count for less', async () => {
    const { clock, store } = clocked();
    const worker = counting({ ttl: 100 }, { store });
    await worker.call('f');
    clock.now -= 5_000;
    await worker.call('f');
    expect(worker.statuses).toEqual(['stored new', 'hit']);
  });
});

describe('what the body says', () => {
  test('the context tells key, type, version and why; skip leaves the result unstored with its reason', async () => {
    const seen: unknown[] = [];
    const worker = counting({ version: '7', behavior: 'override' }, {}, () => {
      const { key, activityType, version, why, skip } = cacheContext()!;
      seen.push({ key, activityType, version, why });
      skip.call(cacheContext(), 'half a result');
    });
    await worker.call('f');
    await worker.call('f');
    expect(seen[0]).toEqual({
      key: expect.stringMatching(/^[0-9a-f]{64}$/),
      activityType: 'f',
      version: '7',
      why: 'new',
    });
    expect(worker.told).toMatchObject(
      [1, 2].map(() => ({ status: 'unstored', reason: 'skipped', detail: 'half a result' })),
    );
  });

  test('cacheIf decides by result and arguments', async () => {
    const worker = counting({ cacheIf: (result: number, [a]: [string]) => result > 1 && a === 'keep' });
    await worker.call('f', 'keep');
    await worker.call('f', 'keep');
    await worker.call('f', 'keep');
    expect(worker.statuses).toEqual(['unstored new cache-if', 'stored new', 'hit']);
  });

  test('a cacheIf that throws leaves the result unstored and is warned of once', async () => {
    const worker = counting({
      cacheIf: () => {
        throw new Error('cacheIf is broken');
      },
    });
    expect([await worker.call('f'), await worker.call('f')]).toEqual([1, 2]);
    expect(worker.statuses).toEqual(['unstored new cache-if', 'unstored new cache-if']);
    expect(worker.warnings).toHaveLength(1);
  });

  test('a result above maxValueBytes is passed on, not stored, and warned of once', async () => {
    const f = cached('auto', async (length: number) => 'x'.repeat(length));
    const worker = new MockWorker({ f }, { maxValueBytes: 100 });
    expect(await worker.call('f', 99)).toHaveLength(99); // with its two quotes 101 bytes
    await worker.call('f', 98);
    await worker.call('f', 99);
    expect(worker.statuses).toEqual(['unstored new too-large', 'stored new', 'unstored new too-large']);
    expect(worker.told[0]!.detail).toBe('101 bytes, the maximum is 100');
    expect(worker.warnings).toEqual([expect.stringContaining('maxValueBytes')]);
  });

  test('a result that cannot be encoded is passed on as it is, for the SDK to refuse', async () => {
    const f = cached('auto', async () => 10n);
    const worker = new MockWorker({ f });
    expect(await worker.call('f')).toBe(10n);
    expect(worker.statuses).toEqual(['unstored new store-error']);
  });
});

describe('keys', () => {
  const wheel: Record<string, unknown> = {};
  wheel.spokes = [wheel];
  const hostile = Object.defineProperty({}, 'secret', {
    enumerable: true,
    get() {
      throw new Error('do not look');
    },
  });
  test.each<[string, unknown, string]>([
    ['a function', { onDone: () => 1 }, 'b.onDone: a function has no value to compare'],
    ['a symbol', [Symbol('s')], 'b.0: a symbol has no value to compare'],
    ['a cycle', wheel, 'b.spokes.0: it contains itself'],
    ['a getter that throws', hostile, 'b.secret: reading it threw'],
  ])('%s in an argument bypasses the cache and is named by its path', async (_name, value, detail) => {
    const worker = counting({});
    expect([await worker.call('f', 1, value), await worker.call('f', 1, value)]).toEqual([1, 2]);
    expect(worker.told[0]).toMatchObject({ status: 'bypassed', reason: 'unkeyable', detail });
    expect(worker.warnings).toEqual([expect.stringContaining('ignoredInputs')]);
  });

  test('what is ignored may differ, be left out, or have no encoding at all', async () => {
    const worker = counting({ ignoredInputs: ['c', 'b.traceId'] });
    await worker.call('f', 1, { traceId: 'x', deep: 1 }, 'first');
    await worker.call('f', 1, { traceId: 'y', deep: 1 }, () => 'second');
    await worker.call('f', 1, { deep: 1 });
    await worker.call('f', 1, { deep: 2 });
    expect(worker.statuses).toEqual(['stored new', 'hit', 'hit', 'stored new']);
  });

  test('hashInputs, key and vary headers make the key; the salt and the scope separate it', async () => {
    const hashing = counting({ hashInputs: { a: ({ id }: { id: number }) => `#${id}` } });
    await hashing.call('f', { id: 1, noise: Math.random() });
    await hashing.call('f', { id: 1, noise: Math.random() });
    await hashing.call('f', '#1');
    expect(hashing.statuses).toEqual(['stored new', 'hit', 'stored new']);

    const keyed = counting({ key: ({ args }) => args[0].length });
    await keyed.call('f', 'ab');
    await keyed.call('f', 'xy');
    await keyed.call('f', 'xyz');
    expect(keyed.statuses).toEqual(['stored new', 'hit', 'stored new']);

    const varied = counting({}, { vary: ['tenant'] });
    const given: Record<string, Payload>[] = [
      { tenant: text('a') },
      { tenant: text('b') },
      { tenant: text('a'), trace: text('1') },
      {},
    ];
    for (const headers of given) {
      await varied.callWith({ headers }, 'f');
    }
    expect(varied.statuses).toEqual(['stored new', 'stored new', 'hit', 'stored new']);

    const store = new MemoryStore();
    const fn = async () => 1;
    const told: string[] = [];
    for (const [scope, salt, namespace] of [
      ['', '', 'n'],
      ['s', '', 'n'],
      ['', 's', 'n'],
      ['', '', 'm'],
      ['s', '', 'n'],
    ] as const) {
      const worker = new MockWorker(
        { f: fn },
        { store, scope, activities: { f: { salt } } },
        { info: { namespace } },
      );
      await worker.call('f');
      told.push(...worker.statuses);
    }
    expect(told).toEqual(['stored new', 'stored new', 'stored new', 'stored new', 'hit']);
  });

  test.each<[string, CacheOptions]>([
    [
      'a policy',
      { policies: { name: 'broken', getVersion: () => Promise.reject(new Error('no version of 4711')) } },
    ],
    ['key', { key: () => { throw new Error('no key of 4711'); } }], // prettier-ignore
    ['hashInputs', { hashInputs: { a: () => { throw new Error('no hash of 4711'); } } }], // prettier-ignore
  ])(
    '%s that throws lets the call run, bypassed, warned of once with the error, which no report repeats',
    async (_name, options) => {
      const worker = counting(options);
      expect([await worker.call('f', 1), await worker.call('f', 1)]).toEqual([1, 2]);
      expect(worker.statuses).toEqual(['bypassed policy-error', 'bypassed policy-error']);
      expect(worker.warnings).toHaveLength(1);
      expect(worker.log.find(({ level }) => level === 'WARN')!.meta.error.cause.message).toContain('4711');
      expect(JSON.stringify(worker.told)).not.toContain('4711');
    },
  );

  test('no value of an argument or a result is in any line of the log', async () => {
    const f = cached('auto', async (_name: string) => ({ answer: 'sesame-result' }));
    const worker = new MockWorker({ f }, { maxValueBytes: 5 });
    await worker.call('f', 'sesame-argument');
    await worker.call('f', 'sesame-argument');
    expect(JSON.stringify(worker.log)).not.toContain('sesame');
  });
});
