/** The callers of one key in one process, when reservations are refused, lost, not worked on, or too many. */
import { CALLERS_PER_SIGNAL, MAX_WAITING } from '../../../src/wire/reservation';
import { deferred } from '../../helpers/deferred';
import { callerNamed, reserved } from '../../helpers/fake-reservations';
import { behindAnother, names, newLine, pass, refuse } from './activity-queues';

jest.mock('node:timers/promises', () => jest.requireActual('../../helpers/timers-promises'));
beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('errors', () => {
  test('of the start: all run without, also those that came meanwhile, and no turn is left behind', async () => {
    const { fake, told, join, errors } = newLine();
    const started = deferred();
    fake.after.start = async () => {
      await started.promise;
      refuse();
    };
    join('a');
    await pass(10);
    join('b');
    started.resolve();
    await pass(10);
    expect(told).toEqual({ a: ['unreserved'], b: ['unreserved'] });
    expect(fake.running).toBe(false);
    expect(errors).toHaveLength(1);
  });

  test('of the word to wait: who is not in line runs without, who is in line stays', async () => {
    const { fake, told, join } = await behindAnother('a');
    fake.before.wait = refuse;
    join('b');
    await pass(100);
    expect(told).toEqual({ a: [], b: ['unreserved'] });
    expect(fake.waiting).toEqual(['a#1']);
  });

  test('of a word to wait whose answer is lost: who runs without is not left in line', async () => {
    const { fake, told, join } = await behindAnother('a');
    fake.after.wait = refuse;
    join('b');
    await pass(100);
    expect(told.b).toEqual(['unreserved']);
    expect(fake.waiting).toEqual(['a#1']);
  });

  test('of reading: who is in line stays for some seconds, then runs without', async () => {
    const { fake, told, errors } = await behindAnother('a', 'b');
    fake.before.read = refuse;
    await pass(8_000);
    expect(told).toEqual({ a: [], b: [] });
    await pass(5_000);
    expect(told).toEqual({ a: ['unreserved'], b: ['unreserved'] });
    expect(fake.waiting).toEqual([]);
    expect(errors.length).toBeGreaterThan(5);
  });

  test('of reading, now and then: nobody runs without', async () => {
    const { fake, told } = await behindAnother('a');
    for (let i = 0; i < 5; i++) {
      fake.before.read = refuse;
      await pass(8_000);
      fake.before = {};
      await pass(3_000);
    }
    expect(told).toEqual({ a: [] });
  });
});

test('nobody works on reservations: who waits runs after some seconds, later ones sooner', async () => {
  const { fake, told, join, again } = await behindAnother('a', 'b');
  fake.pendingTask = 'due since then';
  await pass(18_000);
  expect(told).toEqual({ a: [], b: [] });
  await pass(5_000);
  expect(told).toEqual({ a: ['unreserved'], b: ['unreserved'] });
  expect(fake.waiting).toEqual([]);
  again();
  join('c');
  await pass(3_000);
  expect(told.c).toEqual(['unreserved']);
});

test('Workflow Tasks that are ended one after the other, however late: nobody runs without', async () => {
  const { fake, told } = await behindAnother('a');
  for (let i = 0; i < 5; i++) {
    fake.pendingTask = `task ${i}`;
    await pass(18_000);
  }
  expect(told).toEqual({ a: [] });
});

test('where very many wait, further callers run without, and say nothing to a reservation that has enough to do', async () => {
  const { fake, told, join } = await behindAnother('a');
  fake.memo = { waiting: MAX_WAITING };
  join('b');
  await pass(100);
  expect(told).toEqual({ a: [], b: ['unreserved'] });
  expect([...fake.asked('wait'), ...fake.asked('leave')]).toEqual(['wait a#1']);
  fake.memo = { waiting: MAX_WAITING - 1 };
  join('c');
  await pass(100);
  expect(told.c).toEqual([]);
});

test('many callers are put in line in several signals, in their order', async () => {
  const { fake, join } = newLine(false);
  await fake.elsewhere(() => fake.start(reserved, callerNamed('other')));
  const all = names(CALLERS_PER_SIGNAL * 2 + 1);
  join('first', ...all);
  await pass(100);
  const sizes = fake.asked('wait').map((line) => line.split(' ').length - 1);
  expect(sizes).toEqual([1, CALLERS_PER_SIGNAL, CALLERS_PER_SIGNAL, 1]);
  expect(fake.waiting).toEqual(['first', ...all].map((id) => `${id}#1`));
});

describe('in line once more', () => {
  test('with growing pauses, and each keeps its place', async () => {
    const { fake } = await behindAnother('a', 'b');
    await fake.elsewhere(() => fake.wait(reserved, [callerNamed('elsewhere')]));
    const counts: number[] = [];
    for (let i = 0; i < 4; i++) {
      await pass(10_000 * 2 ** i);
      counts.push(fake.asked('wait').length);
    }
    // 5 s, 10 s, 20 s and so on after one another: about one more each time that twice as much has passed.
    expect(counts).toEqual([2, 3, 4, 5]);
    expect(fake.waiting).toEqual(['a#1', 'b#1', 'elsewhere#1']);
  });

  test('who has lost its place has one again', async () => {
    const { fake, told } = await behindAnother('a');
    fake.state.waiting = [];
    await pass(7_000);
    expect(fake.waiting).toEqual(['a#1']);
    await fake.settle(reserved, { id: 'other', attempt: 1, outcome: 'failed' });
    await pass(2_000);
    expect(told).toEqual({ a: ['turn'] });
  });

  test('also while others keep coming', async () => {
    const { fake, join } = await behindAnother('a');
    fake.state.waiting = [];
    for (const id of names(20)) {
      join(id);
      await pass(1_000);
    }
    expect(fake.waiting).toContain('a#1');
  });

  test('not because very many wait by now: who is in line stays', async () => {
    const { fake, told } = await behindAnother('a');
    fake.memo = { waiting: MAX_WAITING };
    await pass(60_000);
    expect(told).toEqual({ a: [] });
  });
});
