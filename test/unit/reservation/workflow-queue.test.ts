/** What Workflows are told that ask whose turn it is: each once, whoever asks with them, and whatever became of the turn since. */
import type { Queued } from '../../../src/reservation/caller/workflow-queue';
import { type Caller, CALLERS_PER_SIGNAL, MAX_WAITING } from '../../../src/wire/reservation';
import { Reservations } from '../../../src/reservation/caller/reservations';
import { deferred } from '../../helpers/deferred';
import { callerNamed, FakeReservations, reserved } from '../../helpers/fake-reservations';

const workflow = (id: string): Caller => ({ ...callerNamed(id), kind: 'workflow' });

function setUp() {
  const fake = new FakeReservations();
  const options = { identity: 'store', leaseMs: 1_000, taskQueue: undefined };
  const reservations = new Reservations(undefined as never, {} as never, options, () => undefined);
  Object.assign(reservations, { calls: fake });
  const ask = (id: string, before?: Queued) => reservations.inquire(reserved, workflow(id), before);
  const inLine = async (id: string, before?: Queued) => {
    const told = await ask(id, before);
    if (typeof told !== 'object') throw new Error(`not in line: ${told}`);
    return told;
  };
  const settle = (id: string, outcome: 'stored' | 'unstored' | 'failed') =>
    fake.settle(reserved, { id, attempt: 1, outcome });
  const { workflowQueues } = reservations as unknown as { workflowQueues: Map<string, unknown> };
  return { fake, ask, inLine, settle, workflowQueues };
}

test('the first one has the turn, the next ones are in line behind it and are told whom they wait for', async () => {
  const { fake, ask, inLine } = setUp();
  expect(await ask('a')).toBe('turn');
  expect(await inLine('b')).toMatchObject({ holder: 'a' });
  expect([fake.holding, fake.waiting]).toEqual([['a#1'], ['b#1']]);
  expect(await ask('a')).toBe('turn'); // again: it has it still
});

test.each([
  ['stored', 'look'],
  ['unstored', 'run'],
] as const)(
  'the value is %s: who waited is told to %s, though it never heard of that',
  async (outcome, told) => {
    const { ask, inLine, settle } = setUp();
    await ask('a');
    const before = await inLine('b');
    await settle('a', outcome);
    expect(await ask('b', before)).toBe(told);
  },
);

test('who waited and asks when others have come since is told all the same', async () => {
  const { ask, inLine, settle } = setUp();
  await ask('a');
  const before = await inLine('b');
  await settle('a', 'stored');
  await ask('c');
  expect(await ask('b', before)).toBe('look');
});

test('the turn that failed is that of the longest-waiting one, which has it when it asks; the others wait on in their places', async () => {
  const { fake, ask, inLine, settle } = setUp();
  await ask('a');
  const befores = { b: await inLine('b'), c: await inLine('c'), d: await inLine('d') };
  await settle('a', 'failed');
  expect(await ask('b', befores.b)).toBe('turn');
  expect(await inLine('c', befores.c)).toMatchObject({ holder: 'b', epoch: befores.c.epoch });
  expect(fake.waiting).toEqual(['c#1', 'd#1']);
});

test('the turn ends while it is put in line: it has the next one, and is told so', async () => {
  const { fake, ask, settle } = setUp();
  await ask('a');
  fake.before.wait = () => fake.elsewhere(() => settle('a', 'stored'));
  expect(await ask('b')).toBe('turn');
  expect(fake.holding).toEqual(['b#1']);
});

test('a reservation whose Workflow Task nobody has ended since one asked last: it is not waited for', async () => {
  const { fake, ask, inLine } = setUp();
  await ask('a');
  fake.pendingTask = '5';
  const before = await inLine('b');
  expect(before.pending).toBe('5');
  fake.pendingTask = '8';
  const later = await inLine('b', before);
  expect(await ask('b', later)).toBe('unreserved');
});

test('where too many wait nobody else does, and who is in line stays there', async () => {
  const { fake, ask } = setUp();
  await ask('a');
  fake.memo = { waiting: MAX_WAITING };
  expect(await ask('b')).toBe('unreserved');
  expect(fake.waiting).toEqual([]);
  expect(await ask('c', { holder: 'a' })).toMatchObject({ holder: expect.any(String) as unknown });
});

test('who comes while others are answered is answered together with all who came meanwhile, by one signal for many', async () => {
  const { fake, ask, workflowQueues } = setUp();
  const started = deferred();
  fake.after.start = () => started.promise;
  const first = ask('a');
  const others = Array.from({ length: CALLERS_PER_SIGNAL + 1 }, (_, i) => ask(`${i}`));
  started.resolve();
  expect(await first).toBe('turn');
  for (const told of await Promise.all(others)) expect(told).toMatchObject({ holder: 'a' });
  expect(fake.asked('wait').map((line) => line.split(' ').length - 1)).toEqual([CALLERS_PER_SIGNAL, 1]);
  expect(workflowQueues.size).toBe(0);
});

test('what cannot be asked fails for all who asked together, and for nobody else', async () => {
  const { fake, ask } = setUp();
  await ask('a');
  const read = deferred();
  fake.before.read = async () => {
    await read.promise;
    throw new Error('refused');
  };
  const both = Promise.allSettled([ask('b'), ask('c')]);
  read.resolve();
  expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  fake.before = {};
  expect(await ask('d')).toMatchObject({ holder: 'a' });
});
