/** A serialized call whose `ttl` is shorter than an execution: which values are new enough for a call that has waited. */
import { cached, type CacheOptions, cacheContext, MemoryStore } from 'temporal-activity-cache';
import { writeCall } from '../../src/options/call-site';
import { CALL, CONTROL } from '../../src/wire/names';
import { writeHeader } from '../../src/wire/run-control';
import { deferred } from '../helpers/deferred';
import { MockWorker } from '../helpers/mock';
import { type Said, serializedMock } from '../helpers/serialized-mock';

/** Each body takes two seconds of the store's clock, a value counts for one. */
function slow({
  says,
  options = { ttl: '1 second' },
  body = () => {},
}: { says?: Said[]; options?: CacheOptions; body?: () => unknown } = {}) {
  let now = 0;
  let bodies = 0;
  const run = async () => {
    await body();
    now += 2_000;
    return `value of ${bodies++}`;
  };
  return serializedMock({ says, options, body: run, clock: () => now });
}

const by = (mode: 'overwrite' | 'use', run: string) => ({
  headers: { [CONTROL]: writeHeader({ mode, run }) },
});

const whileAnotherRan =
  (
    word: 'look' | 'turn' | 'late',
    after: (around: Parameters<Exclude<Said, string>>[1]) => unknown = () => {},
  ): Said =>
  async (_, around) => {
    await around.call();
    await after(around);
    return word;
  };

test.each(['look', 'turn', 'late'] as const)(
  'told %j, a call takes what was stored since it asked',
  async (word) => {
    const { call, worker } = slow({ says: [whileAnotherRan(word)] });
    expect(await call()).toBe('value of 0');
    expect(worker.statuses).toEqual(['stored new', 'joined']);
  },
);

test('so it does where a value had expired before, and where the body calls setTtl', async () => {
  const body = () => cacheContext()!.setTtl('1 second');
  const { call, worker } = slow({ says: ['turn', whileAnotherRan('look')], options: {}, body });
  await call();
  expect(await call()).toBe('value of 1');
  expect(worker.statuses).toEqual(['stored new', 'stored expired', 'joined']);
});

test('a call that has waited does not take what had expired when it asked', async () => {
  const { call, worker } = slow({ says: ['turn', 'look', 'turn'] });
  await call();
  expect(await call()).toBe('value of 1');
  expect(worker.statuses).toEqual(['stored new', 'stored expired']);
});

test('a call that has waited takes nothing that was invalidated', async () => {
  const says = [whileAnotherRan('look', ({ worker }) => worker.plugin.invalidate({ all: true }))];
  const { call, worker } = slow({ says });
  expect(await call()).toBe('value of 1');
  expect(worker.statuses).toEqual(['stored new', 'stored invalidated']);
});

test('an overwriting call that has waited takes no execution that began before it', async () => {
  const waits = deferred();
  const stored = deferred();
  let overwriting: Promise<unknown> | undefined;
  const inLine: Said = async () => {
    waits.resolve();
    await stored.promise;
    return 'look' as const;
  };
  const { call, worker } = slow({
    says: ['turn', inLine, 'turn'],
    async body() {
      overwriting ??= call(by('overwrite', 'b'));
      await waits.promise;
    },
  });
  expect(await call()).toBe('value of 0');
  stored.resolve();
  expect(await overwriting).toBe('value of 1');
  expect(worker.statuses).toEqual(['stored new', 'stored overwrite']);
});

test('what a Workflow knew when it asked travels with its call; a retry asks for itself', async () => {
  const store = new MemoryStore(() => now);
  let now = 0;
  const f = cached({ serialize: true, ttl: '1 second' }, async () => (now += 2_000));
  const worker = new MockWorker({ f }, { store, reservations: false });
  const { ticket } = await store.draw();
  await worker.call('f');
  const headers = { [CALL]: writeCall({ asked: { ticket, saw: 0 } }) };
  expect(await worker.callWith({ headers }, 'f')).toBe(2_000);
  expect(await worker.callWith({ headers, info: { attempt: 2 } }, 'f')).toBe(4_000);
  expect(worker.told.map(({ status }) => status)).toEqual(['stored', 'joined', 'stored']);
});

test.each([{ ticket: 'high', saw: 0 }, { saw: 0 }, 7])(
  'a call that says %j of what it knew takes nothing for that',
  async (asked) => {
    let now = 0;
    const f = cached({ ttl: '1 second' }, async () => (now += 2_000));
    const worker = new MockWorker({ f }, { store: new MemoryStore(() => now) });
    await worker.call('f');
    await worker.callWith({ headers: { [CALL]: writeCall({ asked } as never) } }, 'f');
    expect(worker.statuses).toEqual(['stored new', 'stored expired']);
  },
);

test('`prune` leaves a value that expired while calls waited for it for a minute', async () => {
  let now = 0;
  const f = cached({ serialize: true, ttl: '1 second' }, async () => (now += 2_000));
  const worker = new MockWorker({ f }, { store: new MemoryStore(() => now), reservations: false });
  await worker.call('f');
  expect((await worker.plugin.prune()).entries).toBe(0);
  now += 61_000;
  expect((await worker.plugin.prune()).entries).toBe(1);
});
