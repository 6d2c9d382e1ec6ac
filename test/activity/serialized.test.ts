/** A serialized call: reserve, look again, run, store, release. */
import { CompleteAsyncError } from '@temporalio/activity';
import { cacheContext, CacheStoreError } from 'temporal-activity-cache';
import { heldKeys } from '../../src/context';
import { writeHeader, writeHeld } from '../../src/wire/run-control';
import { CONTROL, HELD } from '../../src/wire/names';
import { answers, rejects } from '../helpers/faulty-store';
import { type Said, serializedMock } from '../helpers/serialized-mock';

/** Told so after another call has run, and stored. */
const afterAnother =
  (word: 'look' | 'turn', then = () => {}): Said =>
  async (_, around) => {
    await around.call();
    then();
    return word;
  };

test('a miss reserves with its ticket, looks again, runs, stores, and releases only then', async () => {
  const { call, events, worker } = serializedMock();
  expect(await call()).toBe('value');
  expect(events).toEqual(['look', 'reserve 1', 'look', 'body new', 'put', 'end stored']);
  expect(worker.statuses).toEqual(['stored new']);
});

test('a hit reserves nothing', async () => {
  const { call, events, worker } = serializedMock();
  await call();
  events.length = 0;
  expect(await call()).toBe('value');
  expect(events).toEqual(['look']);
  expect(worker.statuses).toEqual(['stored new', 'hit']);
});

test('what is there after waiting is joined: told without a turn', async () => {
  let runs = 0;
  const says = [afterAnother('look')];
  const { call, worker, events } = serializedMock({ says, body: () => ++runs });
  expect(await call()).toBe(1);
  expect(worker.statuses).toEqual(['stored new', 'joined']);
  expect(events.filter((event) => event.startsWith('end'))).toEqual(['end stored']);
});

test('what is there when it has its turn is joined, and its turn ends as with a value', async () => {
  const says = [afterAnother('turn')];
  const { call, worker, events } = serializedMock({ says });
  expect(await call()).toBe('value');
  expect(worker.statuses).toEqual(['stored new', 'joined']);
  expect(events.filter((event) => event.startsWith('end'))).toEqual(['end stored', 'end stored']);
});

test('told to look where nothing is, it reserves again', async () => {
  const { call, events } = serializedMock({ says: ['look', 'look', 'turn'] });
  await call();
  const asked = ['reserve 1', 'look'];
  expect(events).toEqual(['look', ...asked, ...asked, ...asked, 'body new', 'put', 'end stored']);
});

test.each(['run', 'unreserved', 'late'] as const)(
  'told %j, it looks once more, runs without a turn, says so, and stores',
  async (word) => {
    const { call, events, worker } = serializedMock({ says: [word] });
    expect(await call()).toBe('value');
    expect(events).toEqual(['look', 'reserve 1', 'look', 'body unserialized', 'put']);
    expect(worker.statuses).toEqual(['stored unserialized']);
  },
);

test.each(['none', 'unready'] as const)('where reservations are %s it runs without', async (word) => {
  const { call, events, worker } = serializedMock({ ready: async () => word });
  expect(await call()).toBe('value');
  expect(events).toEqual(['look', 'body unserialized', 'put']);
  expect(worker.statuses).toEqual(['stored unserialized']);
});

describe('a turn ends', () => {
  const fails = () => {
    throw new Error('body');
  };
  const asynchronous = () => {
    throw new CompleteAsyncError();
  };

  test.each([
    ['failed: its body throws', 'failed', { body: fails }],
    ['unstored: it completes asynchronously', 'unstored', { body: asynchronous }],
    ['unstored: its value is not wanted', 'unstored', { options: { cacheIf: () => false } }],
    ['unstored: its body says so', 'unstored', { body: () => cacheContext()!.skip('no') }],
    ['unstored: its value is too large', 'unstored', { plugin: { maxValueBytes: 1 } }],
  ] as const)('%s', async (_, outcome, setup) => {
    const { call, events } = serializedMock(setup);
    await call().catch(() => undefined);
    expect(events.at(-1)).toBe(`end ${outcome}`);
    expect(events.filter((event) => event.startsWith('end'))).toHaveLength(1);
  });

  test.each([
    ['unstored: the store is down', 'unstored', rejects],
    ['again: something newer was stored meanwhile', 'released', answers('superseded')],
  ] as const)('%s', async (_, outcome, fault) => {
    const { call, events, store } = serializedMock();
    store.fail(fault, 'put');
    expect(await call()).toBe('value');
    expect(events.at(-1)).toBe(`end ${outcome}`);
  });

  test('failed: its attempt was cancelled, and ended all the same; who waits goes on one by one', async () => {
    let cancel = () => {};
    const { call, events, worker } = serializedMock({ body: () => (cancel(), 'partial') });
    expect(await call({ onContext: (env) => (cancel = () => env.cancel()) })).toBe('partial');
    expect(worker.statuses).toEqual(['unstored new skipped']);
    expect(events.at(-1)).toBe('end failed');
  });

  test('unstored: the store could not say whether something is there', async () => {
    const { call, events, store, worker } = serializedMock({
      says: [(_, around) => (around.store.fail(rejects, 'look'), 'turn')],
    });
    expect(await call()).toBe('value');
    store.heal();
    expect(worker.statuses).toEqual(['unstored lookup-failed store-error']);
    expect(events.at(-1)).toBe('end unstored');
  });
});

describe('a call that is cancelled', () => {
  test('while it waits throws its cancellation, runs nothing, and its heartbeats end', async () => {
    const clear = jest.spyOn(globalThis, 'clearInterval');
    let cancel = () => {};
    const { call, events, worker } = serializedMock({
      says: [
        ({ signal }) => {
          cancel();
          signal.throwIfAborted();
          return 'turn';
        },
      ],
    });
    await expect(call({ onContext: (env) => (cancel = () => env.cancel()) })).rejects.toThrow('CANCELLED');
    expect(events).toEqual(['look', 'reserve 1']);
    expect(worker.told).toEqual([]);
    expect(clear).toHaveBeenCalledTimes(1);
    clear.mockRestore();
  });

  test('while it looks with its turn throws its cancellation, and has given its turn back', async () => {
    let cancel = () => {};
    const says = [afterAnother('turn', () => cancel())];
    const { call, events } = serializedMock({ says });
    const end = call({ onContext: (env) => (cancel = () => env.cancel()) });
    await expect(end).rejects.toThrow('CANCELLED');
    expect(events.filter((event) => event.startsWith('end'))).toHaveLength(2);
  });
});

test('a call that only reads takes no turn', async () => {
  const { call, events, worker } = serializedMock();
  await call({ headers: { [CONTROL]: writeHeader({ mode: 'readonly' }) } });
  expect(events).toEqual(['look', 'body new']);
  expect(worker.statuses).toEqual(['unstored new readonly']);
});

test('an overwriting call takes what began after it, and nothing older', async () => {
  const by = (run: string) => ({ headers: { [CONTROL]: writeHeader({ mode: 'overwrite', run }) } });
  const meanwhile: Said = async (_, around) => {
    await around.call(by('b'));
    return 'look' as const;
  };
  let runs = 0;
  const { call, worker } = serializedMock({ says: ['turn', 'look', 'turn', meanwhile], body: () => ++runs });
  expect([await call(by('a')), await call(by('c')), await call(by('d'))]).toEqual([1, 2, 3]);
  const stored = 'stored overwrite';
  expect(worker.statuses).toEqual([stored, stored, stored, 'joined']);
});

describe('held keys', () => {
  const keyOf = async () => {
    let key = '';
    const { call } = serializedMock({ body: () => (key = cacheContext()!.key) });
    await call();
    return key;
  };

  test('a call whose caller holds its key runs without a turn: it would wait for itself', async () => {
    const { call, events, worker } = serializedMock();
    await call({ headers: { [HELD]: writeHeld(['another', await keyOf()]) } });
    expect(events).toEqual(['look', 'body unserialized', 'put']);
    expect(worker.statuses).toEqual(['stored unserialized']);
  });

  test('a body with a turn holds its key and those of its callers; one without holds those alone', async () => {
    const seen: (readonly string[])[] = [];
    const body = () => void seen.push(heldKeys());
    const headers = { [HELD]: writeHeld(['another']) };
    await serializedMock({ body }).call({ headers });
    await serializedMock({ body, says: ['run'] }).call({ headers });
    expect(seen).toEqual([['another', await keyOf()], ['another']]);
  });
});

describe('with `onStoreError: fail`', () => {
  const plugin = { onStoreError: 'fail' } as const;

  test('a call does not run without its turn because reservations are out of reach', async () => {
    const unready = serializedMock({ plugin, ready: async () => 'unready' });
    await expect(unready.call()).rejects.toThrow(CacheStoreError);
    const alone = serializedMock({ plugin, says: ['unreserved'] });
    await expect(alone.call()).rejects.toThrow(/^Reservation failed \[key=[0-9a-f]+\]/);
    expect([...unready.events, ...alone.events]).toEqual(['look', 'look', 'reserve 1']);
  });

  test.each(['run', 'late'] as const)('a call that is told %j runs: that is no error', async (word) => {
    const { call, worker } = serializedMock({ plugin, says: [word] });
    await call();
    expect(worker.statuses).toEqual(['stored unserialized']);
  });

  test('a call that cannot look with its turn gives it back', async () => {
    const { call, events } = serializedMock({
      plugin,
      says: [(_, around) => (around.store.fail(rejects, 'look'), 'turn')],
    });
    await expect(call()).rejects.toThrow(CacheStoreError);
    expect(events).toEqual(['look', 'reserve 1', 'look', 'end released']);
  });
});

test('a call without a ticket reserves nothing: its value could not be stored', async () => {
  const { call, events, store } = serializedMock();
  store.fail(rejects, 'look');
  expect(await call()).toBe('value');
  expect(events).toEqual(['look', 'body lookup-failed']);
});

test('`waitTimeout` holds for all its waiting, not anew each time', async () => {
  const waits: number[] = [];
  const told = ({ waitMs }: { waitMs: number }) => (waits.push(waitMs), 'look' as const);
  const { call } = serializedMock({
    says: [told, told, told],
    options: { serialize: { waitTimeout: '1 minute' } },
  });
  await call();
  expect(waits[0]).toBeLessThanOrEqual(60_000);
  expect(waits).toEqual([...waits].sort((a, b) => b - a));
  expect(new Set(waits).size).toBe(3);
  const without: number[] = [];
  await serializedMock({ says: [({ waitMs }) => (without.push(waitMs), 'turn')] }).call();
  expect(without).toEqual([Infinity]);
});

test('who waits says once for whom, and counts as waiting until it is told', async () => {
  const counts: (number | undefined)[] = [];
  const { call, worker } = serializedMock({
    says: [
      ({ behind }) => {
        behind('w/r/1');
        behind('w/r/2');
        counts.push(waiting.get('f'));
        return 'turn';
      },
    ],
    body: () => counts.push(waiting.get('f')),
  });
  const { waiting } = (worker.plugin as unknown as { reporter: { waiting: Map<string, number> } }).reporter;
  await call();
  expect(counts).toEqual([1, 0]);
  const lines = worker.log.filter(({ message }) => message.startsWith('cache waits'));
  expect(lines.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^cache waits · f · .* · behind w\/r\/1$/),
  ]);
});
