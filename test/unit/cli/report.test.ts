/** `report`, of runs of every kind. */
import { type Completed, serverOf } from '../../helpers/cli/history';
import { run } from '../../helpers/cli/run';

const origin = { workflowId: 'first', runId: 'r', activityId: '1' };
const key = 'abcdef0123456789'.repeat(4);

const RUN: Completed[] = [
  { activityType: 'load', status: 'hit', key, durationMs: 3_000, origin, storedAt: '2026-02-27T12:00:00Z' },
  {
    activityType: 'load',
    status: 'hit',
    key,
    durationMs: 3_000,
    origin: { runId: 'r', activityId: 'alone' },
  },
  { activityType: 'train', activityId: 'point 3', status: 'stored', why: 'expired', key, durationMs: 62_000 },
  {
    activityType: 'train',
    status: 'unstored',
    why: 'new',
    reason: 'too-large',
    detail: '3000000 bytes',
    durationMs: 5,
  },
  { activityType: 'tell', status: 'bypassed', reason: 'disabled' },
];

const cells = (line: string) => line.split(/ {2,}/);
const connect = async () => serverOf('id', RUN);

test('tells what became of each call, why, what it took or saved, and what the run had of the cache', async () => {
  const { code, out, err } = await run('report id', { connect });
  expect([code, err]).toEqual([0, '']);
  const lines = out.split('\n');
  expect(lines.map(cells)).toEqual([
    ['ACTIVITY', 'ID', 'STATUS', 'WHY', 'TOOK', 'SAVED', 'KEY', 'FROM'],
    ['load', '1', 'hit', 'stored 2 d before', '3.0 s', 'abcdef012345', 'first'],
    ['load', '2', 'hit', '3.0 s', 'abcdef012345', 'a standalone Activity alone'],
    ['train', 'point 3', 'stored', 'expired', '1 min 2 s', 'abcdef012345'],
    ['train', '4', 'unstored', 'new: too-large: 3000000 bytes', '5 ms'],
    ['tell', '5', 'bypassed', 'disabled', '0 ms'],
    [''],
    ['2 of 5 calls came from the cache (hit rate 50 %), which saved 6.0 s.'],
    [''],
  ]);
  const column = (word: string) => lines.find((line) => line.includes(word))!.indexOf(word);
  expect(column('3.0 s') + '3.0 s'.length).toBe(column('SAVED') + 'SAVED'.length); // under its head
});

test("--json has the library's own report", async () => {
  const { out } = await run('report id --json', { connect });
  const { rows, totals } = JSON.parse(out) as { rows: object[]; totals: object };
  expect(rows[0]).toEqual({
    activityType: 'load',
    activityId: '1',
    status: 'hit',
    key,
    version: '',
    origin,
    durationMs: 3_000,
    savedMs: 3_000,
    ageMs: 172_800_000,
  });
  expect(totals).toMatchObject({ calls: 5, hit: 2, stored: 1, unstored: 1, bypassed: 1, savedMs: 6_000 });
});

test('statuses have colours on a terminal', async () => {
  const { out } = await run('report id', { connect, terminal: { typed: '' } });
  expect(out).toContain('\u001b[32mhit\u001b[39m');
  expect(out).toContain('\u001b[33mstored\u001b[39m');
});

test('a run without rows is told, as is what may be the reason', async () => {
  expect(await run('report id', { connect: async () => serverOf('id', []) })).toMatchObject({
    code: 0,
    out: '',
    err: 'No rows: no cached Activity has completed in this run, or a codec has encoded the results.\n',
  });
});

test('children that were started are named, because they have reports of their own', async () => {
  const of = async (completed: Completed[], children: string[]) =>
    run('report id', { connect: async () => serverOf('id', completed, children) });
  const without = await of([], ['a/1']);
  expect(without.err).toMatch(/^No rows: .*\nA child Workflow has a report of its own: a\/1\.\n$/s);
  const { out, err } = await of(RUN, ['a', 'b', 'c', 'd', 'e']);
  expect(out).toMatch(/saved 6\.0 s\.\n$/);
  expect(err).toBe('5 child Workflows have reports of their own: a, b, c and 2 more.\n');
});

test('a Workflow that is not there: one line, with where it was looked for', async () => {
  expect(await run('report other', { connect })).toMatchObject({
    code: 1,
    out: '',
    err: `activity-cache: no run of 'other' in namespace 'default' of localhost:7233; --namespace, --address and --run-id name others\n`,
  });
});

test('the connection is closed, also after a failure', async () => {
  let closed = 0;
  const counting = async () => ({ ...serverOf('id', RUN), close: async () => void closed++ });
  await run('report id', { connect: counting });
  await run('report other', { connect: counting });
  expect(closed).toBe(2);
});

test('what is given goes to the server', async () => {
  const asked: object[] = [];
  const line = 'report id --address host:1 --namespace ml --run-id r1';
  await run(line, { connect: async (to) => (asked.push(to), connect()) });
  expect(asked).toEqual([{ address: 'host:1', namespace: 'ml' }]);
});
