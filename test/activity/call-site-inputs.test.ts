/** A call that ignores inputs by itself shares no result with calls that do not ignore them. */
import { cached, MemoryStore } from 'temporal-activity-cache';
import { writeCall } from '../../src/options/call-site';
import { CALL } from '../../src/wire/names';
import { MockWorker } from '../helpers/mock';

const worker = (options: object = {}) =>
  new MockWorker(
    {
      f: cached({ version: '1', ...options }, async (x: number, more: { trace?: string; n?: number } = {}) =>
        JSON.stringify([x, more]),
      ),
    },
    { store: new MemoryStore() },
  );
const headers = (cache: object) => ({ headers: { [CALL]: writeCall({ cache }) } });

test.each([
  [{ ignoredInputs: 1 }, [1, { trace: 'evil' }], [1]],
  [{ ignoredInputs: 'more' }, [1, { trace: 'evil' }], [1]],
  [{ ignoredInputs: 'more.trace' }, [1, { trace: 'evil' }], [1, {}]],
  [{ ignoredInputs: [1], version: '2' }, [1, { trace: 'evil' }], [1]],
])('a call with %j', async (cache, ignoring, plain) => {
  const { version } = cache as { version?: string };
  const mock = worker();
  await mock.callWith(headers(cache), 'f', ...ignoring);
  await mock.callWith(version === undefined ? {} : headers({ version }), 'f', ...plain);
  expect(mock.statuses).toEqual(['stored new', 'stored new']);
  await mock.callWith(headers(cache), 'f', ...ignoring);
  expect(mock.statuses.at(-1)).toBe('hit');
});

test('a call that ignores what is not there is as any other', async () => {
  const mock = worker();
  await mock.callWith(headers({ ignoredInputs: ['more.trace', 'more.n'] }), 'f', 1, {});
  await mock.call('f', 1, {});
  expect(mock.statuses).toEqual(['stored new', 'hit']);
});

test('a salt that a call says by itself is not that of a function which is declared with it', async () => {
  const store = new MemoryStore();
  const [a, b] = ['a', 'b'].map(
    (salt) =>
      new MockWorker({ f: cached({ version: '1', salt }, async (x: number) => `${salt} ${x}`) }, { store }),
  );
  expect(await a!.callWith(headers({ salt: 'b' }), 'f', 1)).toBe('a 1');
  expect(await b!.call('f', 1)).toBe('b 1');
  expect(await b!.callWith(headers({ salt: 'b' }), 'f', 1)).toBe('b 1');
  expect(b!.statuses).toEqual(['stored new', 'hit']);
});

test.each(['more', 1, ['1'], ['more', '1']])(
  'what is declared may be said again, as %j',
  async (ignoredInputs) => {
    const mock = worker({ ignoredInputs: 'more' });
    await mock.call('f', 1, { trace: 'a' });
    await mock.callWith(headers({ ignoredInputs }), 'f', 1, { trace: 'b' });
    expect(mock.statuses).toEqual(['stored new', 'hit']);
  },
);
