/** A Workflow that waits goes on when it is woken, when it has waited for long, and never by another one's word. */
import { type Wait, Waiting } from '../../../src/interceptors/workflow/waiting';
import { fake, newWorkflow } from '../../helpers/fake-workflow';

jest.mock('@temporalio/workflow', () => jest.requireActual('../../helpers/fake-workflow').workflow);

beforeEach(() => {
  jest.useFakeTimers();
  newWorkflow();
});
afterEach(() => void jest.useRealTimers());

const settled = () => jest.advanceTimersByTimeAsync(0);
const pauses = () => fake.conditions.map(({ ms }) => ms / 1_000);

/** A signal arrives. */
async function word(id: unknown, verdict?: unknown): Promise<void> {
  fake.signal({ id, verdict });
  fake.conditions.forEach(({ goOn }) => goOn());
  await settled();
}

/** The timer of the last pause fires. */
async function timerFires(): Promise<void> {
  const { ms, goOn } = fake.conditions.at(-1)!;
  jest.setSystemTime(Date.now() + ms);
  goOn('timer');
  await settled();
}

interface Paused {
  woken: unknown;
  enough: boolean;
}
function paused(wait: Wait, told: { waitMs?: number; pending?: string; holder?: string } = {}) {
  const end: { value?: Paused } = {};
  void wait.pause(told).then((value) => (end.value = value));
  return end;
}

test('a word wakes the call that it names, with what it says, once; another call waits on', async () => {
  const waiting = new Waiting();
  const [one, other] = [waiting.begin('w/r/1', 'f'), waiting.begin('w/r/11', 'f')];
  const [first, waitsOn] = [paused(one), paused(other)];
  await settled();
  await word('w/r/1', 'look');
  expect([first.value, waitsOn.value]).toEqual([{ woken: 'look', enough: false }, undefined]);
  const again = paused(one);
  await settled();
  await word('w/r/2', 'look');
  expect(again.value).toBeUndefined();
  await word('w/r/1');
  expect(again.value).toEqual({ woken: 'woken', enough: false });
});

test('a word that comes before the call says that it waits is not lost; nor where a replay gives the run another id', async () => {
  const waiting = new Waiting();
  await word('w/another/1', 'look');
  await word('w/r/2', 'run');
  expect(await waiting.begin('w/r/1', 'f').pause({})).toEqual({ woken: 'look', enough: false });
  const second = waiting.begin('w/r/2', 'f');
  expect(await second.pause({})).toEqual({ woken: 'run', enough: false });
  second.end();
  const later = paused(waiting.begin('w/r/2', 'f')); // it was for the first
  await settled();
  expect(later.value).toBeUndefined();
});

test('early words of strangers are forgotten before they are many', async () => {
  const waiting = new Waiting();
  await word('w/r/1', 'look');
  for (let i = 0; i < 100; i++) await word(`w/r/x${i}`);
  const end = paused(waiting.begin('w/r/1', 'f'));
  await settled();
  expect(end.value).toBeUndefined();
});

test('without a word it looks again after 30 seconds, then ever later, up to 10 minutes; a word starts that anew', async () => {
  const wait = new Waiting().begin('w/r/1', 'f');
  const pause = async (end: () => Promise<void>) => {
    const now = paused(wait);
    await settled();
    await end();
    return now.value;
  };
  for (let i = 0; i < 7; i++) expect(await pause(timerFires)).toEqual({ woken: undefined, enough: false });
  await pause(() => word('w/r/1'));
  await pause(timerFires);
  expect(pauses()).toEqual([30, 60, 120, 240, 480, 600, 600, 600, 30]);
});

test('where perhaps nobody works on the reservation it looks again after 10 seconds', async () => {
  const wait = new Waiting().begin('w/r/1', 'f');
  paused(wait, { pending: '5' });
  await settled();
  expect(pauses()).toEqual([10]);
});

test('it waits for so long in all, whatever wakes it meanwhile, and no longer', async () => {
  const wait = new Waiting().begin('w/r/1', 'f');
  const waitMs = 40_000;
  const first = paused(wait, { waitMs });
  await settled();
  await timerFires();
  expect(first.value).toEqual({ woken: undefined, enough: false });
  const second = paused(wait, { waitMs });
  await settled();
  await timerFires();
  expect(pauses()).toEqual([30, 10]);
  expect(second.value).toEqual({ woken: undefined, enough: true });
  expect(await wait.pause({ waitMs })).toEqual({ woken: undefined, enough: true });
});

test('who waits is listed with the holder and since when, while it does; the timer says the same in its summary', async () => {
  const waiting = new Waiting();
  const [call, itself] = [waiting.begin('w/r/5', 'train'), waiting.begin('w/r', 'whole')];
  expect(waiting.calls).toEqual([]);
  const since = Date.now();
  paused(call, { holder: 'exp/r0/7' });
  paused(itself, { holder: 'nightly/r1' });
  await settled();
  expect(waiting.calls).toMatchObject([
    { activityType: 'train', activityId: '5', holder: 'exp/r0/7', since },
    { activityType: 'whole', activityId: '', holder: 'nightly/r1', since },
  ]);
  expect(fake.conditions.map(({ summary }) => summary)).toEqual([
    'cache waits · train · for exp/r0/7',
    'cache waits · whole · for nightly/r1',
  ]);
  await timerFires();
  paused(itself, { holder: 'another/r2' });
  expect(waiting.calls.map(({ holder }) => holder)).toEqual(['exp/r0/7', 'another/r2']);
  itself.end();
  call.end();
  expect(waiting.calls).toEqual([]);
});
