/** `reservations`: who has the turn, who waits, and whether anybody works on them. */
import { CacheFile } from '../../helpers/cli/cache-file';
import { serverOf } from '../../helpers/cli/history';
import { IDENTITY_TEXT, type Reservation, withReservations } from '../../helpers/cli/reservations';

let cache: CacheFile;
beforeEach(async () => {
  cache = new CacheFile();
  await cache.seed({ activityType: 'a', input: '1' });
});
afterEach(() => cache.remove());

const name = () => cache.with((store) => store.claim('identity', IDENTITY_TEXT));
const holder = 'ml-pipeline/exp-003/019a0f3c-7d1e-7c55-9a53-4b7c2f0d1a2b/train-2';
const train: Reservation = { activityType: 'train', key: 'a'.repeat(64), holder, forMs: 12_000, waiting: 3 };

const list = (reservations: Reservation[], options = '', polledMsAgo = 1_000) =>
  cache.run(`reservations ${options}`, {
    connect: async () => withReservations(serverOf('', []), reservations, polledMsAgo),
  });

const cells = (out: string) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/));

test('tells what is computed, who does it since when, and how many wait; those first that most wait for', async () => {
  await name();
  const embed = { ...train, activityType: 'embed', key: 'b'.repeat(64), waiting: 0 };
  const score = {
    ...train,
    activityType: 'score',
    key: 'c'.repeat(64),
    waiting: 1_200,
    holders: 4,
    round: 5,
  };
  const { code, out, err } = await list([embed, train, score]);
  expect([code, err]).toEqual([0, '']);
  expect(cells(out)).toEqual([
    ['KEY', 'ACTIVITY', 'HOLDER', 'FOR', 'WAITING', 'ROUND', 'STATE'],
    ['cccccccccccc', 'score', 'ml-pipeline/exp-003 train-2 + 3', '12 s', '1,200', '5', 'goes on'],
    ['aaaaaaaaaaaa', 'train', 'ml-pipeline/exp-003 train-2', '12 s', '3', '1', 'goes on'],
    ['bbbbbbbbbbbb', 'embed', 'ml-pipeline/exp-003 train-2', '12 s', '0', '1', 'goes on'],
  ]);
});

test('--json has all that is known of each', async () => {
  await name();
  const { out } = await list([{ ...train, scope: 'fraud/production' }], '--json');
  expect(JSON.parse(out)).toEqual([
    {
      workflowId: `activity-cache/v1/${IDENTITY_TEXT}/fraud/production/train/${'a'.repeat(64)}`,
      runId: `run of ${'a'.repeat(64)}`,
      scope: 'fraud/production',
      activityType: 'train',
      key: 'a'.repeat(64),
      holder,
      holders: 1,
      since: expect.stringMatching(/^20.*Z$/),
      ageMs: expect.any(Number),
      waiting: 3,
      round: 1,
      taskQueue: `activity-cache/v1/${IDENTITY_TEXT}`,
    },
  ]);
});

test('those of several scopes say which', async () => {
  await name();
  const { out } = await list([train, { ...train, scope: 'fraud/production', waiting: 0 }]);
  expect(cells(out).map(([, scope]) => scope)).toEqual(['SCOPE', `''`, 'fraud/production']);
});

test.each([
  ['nobody polls for them', Infinity, undefined, 'nobody polls its task queue'],
  ['nobody has come back to poll', 80_000, 40_000, 'nobody polls its task queue, for 40.0 s'],
  ['a Workflow Task is not ended', 1_000, 40_000, 'its Workflow Task is not ended, for 40.0 s'],
  ['a Workflow Task is due since just now', 1_000, 2_000, 'goes on'],
])('%s: it says so', async (_, polledMsAgo, pendingMs, state) => {
  await name();
  const { code, out, err } = await list([{ ...train, pendingMs }], '', polledMsAgo);
  expect(code).toBe(0);
  expect(cells(out)[1]!.at(-1)).toBe(state);
  expect(err).toBe(
    state === 'goes on' ? '' : 'Some do not go on: activity-cache doctor says how to fix it.\n',
  );
});

test('what ended since it was listed is not there any more', async () => {
  await name();
  const ended = [
    { ...train, key: 'd'.repeat(64), ended: 'closed' as const },
    { ...train, key: 'e'.repeat(64), ended: 'gone' as const },
  ];
  const { out } = await list([...ended, train], '--json');
  expect((JSON.parse(out) as { key: string }[]).map(({ key }) => key)).toEqual([train.key]);
});

test('a store that no reservation was ever needed of has none, and gets no name by being asked', async () => {
  expect(await cache.run('reservations')).toMatchObject({ code: 0, out: '', err: 'No open reservations.\n' });
  expect(await cache.run('reservations --json')).toMatchObject({ code: 0, out: '[]\n' });
  expect(await cache.with((store) => store.notes('identity'))).toEqual([]);
});

test('a server that refuses: one line, exit code 1', async () => {
  await name();
  const connect = async () => {
    const temporal = withReservations(serverOf('', []), [], Infinity);
    const list = () => {
      throw Object.assign(new Error('failed'), { details: 'Request unauthorized.' });
    };
    Object.assign(temporal.client.workflow, { list });
    return temporal;
  };
  expect(await cache.run('reservations', { connect })).toMatchObject({
    code: 1,
    out: '',
    err: `activity-cache: reservations cannot be listed, namespace 'default' of localhost:7233: Request unauthorized.\n`,
  });
});
