/** The callers of one key in one process: who is told what, and what becomes of who left. */
import { deferred } from '../../helpers/deferred';
import { callerNamed, reserved } from '../../helpers/fake-reservations';
import { behindAnother, names, newLine, pass, refuse } from './activity-queues';

jest.mock('node:timers/promises', () => jest.requireActual('../../helpers/timers-promises'));
beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test('the first has its turn by the start of a reservation; the others are put in line together', async () => {
  const { fake, told, join, behind } = newLine();
  join('a', 'b', 'c');
  await pass(50);
  expect(told).toEqual({ a: ['turn'], b: [], c: [] });
  expect(fake.asked('start')).toEqual(['start a#1']);
  expect(fake.asked('wait')).toEqual(['wait b#1 c#1']);
  expect(new Set(behind)).toEqual(new Set(['b behind a', 'c behind a']));
});

test('where a caller of this process has the turn nobody tries to start', async () => {
  const { fake, join } = newLine(false);
  join('a');
  await pass(50);
  expect(fake.asked('start')).toEqual([]);
  expect(fake.asked('wait')).toEqual(['wait a#1']);
});

test('each is told its turn in the order of waiting, once', async () => {
  const { fake, told, state } = await behindAnother('a', 'b');
  await fake.settle(reserved, { id: 'other', attempt: 1, outcome: 'failed' });
  await pass(2_000);
  expect(told).toEqual({ a: ['turn'], b: [] });
  await fake.settle(reserved, { id: 'a', attempt: 1, outcome: 'failed' });
  await pass(2_000);
  expect(told).toEqual({ a: ['turn'], b: ['turn'] });
  expect(state.ended).toBe(1);
});

test('however many wait, one of them asks, and ever more seldom', async () => {
  const readsOf = async (n: number) => {
    const { fake } = await behindAnother(...names(n));
    await pass(60_000);
    return { reads: fake.asked('read').length, signals: fake.asked('wait').length };
  };
  const one = await readsOf(1);
  expect(one.reads).toBeLessThan(120);
  expect(await readsOf(150)).toEqual(one);
});

test('nobody is left: nothing is asked any more, and the line is said to have ended once', async () => {
  const { fake, leave, state } = await behindAnother('a');
  leave('a');
  await pass(2_000);
  const asked = fake.log.length;
  await pass(600_000);
  expect(fake.log).toHaveLength(asked);
  expect(state.ended).toBe(1);
});

describe('who left', () => {
  test('is told nothing, neither by a turn, nor by a value of this process, nor by a verdict', async () => {
    const { fake, told, leave, onHolderDone } = await behindAnother('a', 'b', 'c');
    leave('a');
    await pass(2_000);
    await fake.settle(reserved, { id: 'other', attempt: 1, outcome: 'failed' });
    await pass(2_000);
    leave('c');
    onHolderDone('stored');
    await fake.settle(reserved, { id: 'b', attempt: 1, outcome: 'stored' });
    await pass(2_000);
    expect(told).toEqual({ a: [], b: ['turn'], c: [] });
  });

  test('while its reservation starts: its turn is given back', async () => {
    const { fake, told, join, leave } = newLine();
    const started = deferred();
    fake.before.start = () => started.promise;
    join('a', 'b');
    await pass(10);
    leave('a');
    await pass(10);
    started.resolve();
    await pass(100);
    expect(told).toEqual({ a: [], b: ['turn'] });
    expect(fake.holding).toEqual(['b#1']);
  });

  test('while it is put in line, its word first: it does not stay there', async () => {
    const { fake, told, join, leave } = newLine(false);
    await fake.elsewhere(() => fake.start(reserved, callerNamed('other')));
    const arrives = deferred();
    fake.before.wait = () => arrives.promise;
    join('a', 'b');
    await pass(10);
    leave('a');
    await pass(10);
    arrives.resolve();
    await pass(100);
    expect(fake.waiting).toEqual(['b#1']);
    expect(told).toEqual({ a: [], b: [] });
  });

  test('before its word that it waits was sent: it is not sent', async () => {
    const { fake, join, leave } = newLine(false);
    await fake.elsewhere(() => fake.start(reserved, callerNamed('other')));
    const read = deferred();
    fake.before.read = () => read.promise;
    join('a', 'b');
    leave('a');
    read.resolve();
    await pass(100);
    expect(fake.asked('wait')).toEqual(['wait b#1']);
  });

  test('while its turn is being read: the reservation has it back, and the next one has the turn', async () => {
    const { fake, told, leave } = await behindAnother('a', 'b');
    const read = deferred();
    fake.after.read = () => read.promise;
    await fake.settle(reserved, { id: 'other', attempt: 1, outcome: 'failed' });
    await pass(2_000);
    expect(fake.holding).toEqual(['a#1']);
    leave('a');
    fake.after = {};
    read.resolve();
    await pass(2_000);
    expect(fake.holding).toEqual(['b#1']);
    expect(told).toEqual({ a: [], b: ['turn'] });
  });

  test('after it was told its turn: leaving is no word against it', async () => {
    const { fake, leave, join } = newLine();
    join('a');
    await pass(10);
    leave('a');
    await pass(10);
    expect(fake.holding).toEqual(['a#1']);
  });

  test('and whose word is refused leaves all the same', async () => {
    const { fake, told, leave, errors } = await behindAnother('a', 'b');
    fake.before.leave = refuse;
    leave('a');
    await pass(10);
    expect(errors).toHaveLength(1);
    await fake.settle(reserved, { id: 'other', attempt: 1, outcome: 'stored' });
    await pass(2_000);
    expect(told).toEqual({ a: [], b: ['look'] });
  });
});

describe('two attempts of one Activity in one process', () => {
  test('the former one leaves, the present one keeps its place', async () => {
    const { fake, told, join, leave } = await behindAnother('a');
    join(callerNamed('a', 2));
    await pass(100);
    leave('a', 1);
    await pass(100);
    expect(fake.waiting).toEqual(['a#2']);
    await fake.settle(reserved, { id: 'other', attempt: 1, outcome: 'failed' });
    await pass(2_000);
    expect(fake.holding).toEqual(['a#2']);
    expect(told.a).toEqual(['turn']);
  });

  test('the turn is told to the attempt that has it', async () => {
    const { fake, told, join } = await behindAnother('a');
    const former = told.a;
    delete told.a;
    join(callerNamed('a', 2));
    await pass(100);
    await fake.settle(reserved, { id: 'other', attempt: 1, outcome: 'failed' });
    await pass(2_000);
    expect(told.a).toEqual(['turn']);
    expect(former).toEqual([]);
  });
});

describe('a holder of this process that is done', () => {
  test('with a value: all look at once, and nobody asks', async () => {
    const { fake, told, onHolderDone, state } = await behindAnother('a', 'b');
    const asked = fake.log.length;
    onHolderDone('stored');
    await pass(0);
    expect(told).toEqual({ a: ['look'], b: ['look'] });
    expect(fake.log).toHaveLength(asked);
    expect(state.ended).toBe(1);
  });

  test.each(['failed', 'unstored', 'released'])(
    '%s: nobody is told before the reservation says so',
    async (word) => {
      const { told, onHolderDone } = await behindAnother('a');
      onHolderDone(word);
      await pass(100);
      expect(told).toEqual({ a: [] });
    },
  );

  test('without a value: the line asks at once', async () => {
    const { fake, onHolderDone } = await behindAnother('a');
    await pass(60_000);
    const asked = fake.asked('read').length;
    onHolderDone('failed');
    await pass(0);
    expect(fake.asked('read').length).toBe(asked + 1);
  });
});

describe('a verdict', () => {
  test.each([
    ['stored', 'look'],
    ['unstored', 'run'],
  ] as const)('of a reservation that is closed (%s): %s', async (outcome, verdict) => {
    const { fake, told } = await behindAnother('a', 'b');
    await fake.settle(reserved, { id: 'other', attempt: 1, outcome });
    expect(fake.running).toBe(false);
    await pass(2_000);
    expect(told).toEqual({ a: [verdict], b: [verdict] });
  });

  test('of a reservation that nobody remembers: look', async () => {
    const { fake, told } = await behindAnother('a');
    fake.lose();
    await pass(2_000);
    expect(told).toEqual({ a: ['look'] });
  });

  test('is seen by its epoch where others have begun a next round; who came after it goes on waiting', async () => {
    const { fake, told, join } = await behindAnother('a');
    await fake.elsewhere(async () => {
      await fake.settle(reserved, { id: 'other', attempt: 1, outcome: 'unstored' });
      fake.state.holding.push({ ...callerNamed('late'), since: 0, started: true });
    });
    expect(fake.running).toBe(true);
    await pass(2_000);
    expect(told).toEqual({ a: ['run'] });
    join('b');
    await pass(2_000);
    expect(told.b).toEqual([]);
    expect(fake.waiting).toEqual(['b#1']);
  });

  test('of another reservation of the same key counts as told', async () => {
    const { fake, told } = await behindAnother('a');
    await fake.elsewhere(async () => {
      fake.lose();
      await fake.start(reserved, callerNamed('another'));
    });
    await pass(2_000);
    expect(told).toEqual({ a: ['look'] });
  });

  test('whose word to wait came after it is not left in line', async () => {
    const { fake, told } = await behindAnother('a');
    await fake.elsewhere(async () => {
      await fake.settle(reserved, { id: 'other', attempt: 1, outcome: 'stored' });
      fake.state.holding.push({ ...callerNamed('late'), since: 0, started: true });
      fake.state.waiting.push(callerNamed('a'));
    });
    await pass(2_000);
    expect(told).toEqual({ a: ['look'] });
    expect(fake.waiting).toEqual([]);
  });
});

test('a reservation that is closed says nothing against the next one, which another process begins just then', async () => {
  const { fake, told, join } = newLine(false);
  await fake.elsewhere(async () => {
    await fake.start(reserved, callerNamed('before'));
    await fake.settle(reserved, { id: 'before', attempt: 1, outcome: 'unstored' });
  });
  fake.before.wait = async () => {
    fake.before = {};
    await fake.elsewhere(() => fake.start(reserved, callerNamed('other')));
  };
  join('a');
  await pass(2_000);
  expect(told).toEqual({ a: [] });
  expect([fake.holding, fake.waiting]).toEqual([['other#1'], ['a#1']]);
});

test('another holder: the line asks sooner, since more may happen soon', async () => {
  const { fake } = await behindAnother('a');
  const readsOf = async (ms: number) => {
    const before = fake.asked('read').length;
    await pass(ms);
    return fake.asked('read').length - before;
  };
  await pass(60_000);
  const usual = await readsOf(3_000);
  fake.memo = { holder: 'next' };
  await pass(1_000);
  expect(await readsOf(3_000)).toBeGreaterThan(usual * 2);
});
