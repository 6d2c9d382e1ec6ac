/** What a run's own report holds, however many calls there were. */
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time';
import type { CacheReport } from '../../../src/wire/report-rows';
import { RunReport } from '../../../src/interceptors/workflow/run-report';
import { encodeOutcome, type Outcome } from '../../../src/wire/outcome';
import { OUTCOME_METADATA } from '../../../src/wire/names';
import type { WaitingCall } from '../../../src/interceptors/workflow/waiting';
import { fake, newWorkflow } from '../../helpers/fake-workflow';

const shown = { details: '' };
jest.mock('@temporalio/workflow', () => ({
  ...jest.requireActual<{ workflow: object }>('../../helpers/fake-workflow').workflow,
  getCurrentDetails: () => shown.details,
  setCurrentDetails: (details: string) => (shown.details = details),
}));

beforeEach(() => {
  newWorkflow();
  shown.details = '';
});

const MB = 1024 * 1024;
const origin = { workflowId: 'ml-pipeline/exp-001', runId: '019a0f3c-7d1e-7c55-9a53-4b7c2f0d1a2b' };

function resultOf(outcome: Partial<Outcome>): Payload {
  const { metadata, data } = defaultPayloadConverter.toPayload('a result');
  const full = {
    status: 'hit' as const,
    key: 'a'.repeat(64),
    version: 'b'.repeat(32),
    durationMs: 5,
    ...outcome,
  };
  return { metadata: { ...metadata, [OUTCOME_METADATA]: encodeOutcome(full) }, data };
}

/** Calls complete one after another; their ids count from 0. */
function reportOf(calls: number, outcome: (seq: number) => Partial<Outcome>): RunReport {
  const report = new RunReport();
  for (let seq = 0; seq < calls; seq++) {
    report.scheduled({ seq, activityType: 'train', options: {} } as Parameters<RunReport['scheduled']>[0]);
    const result = { completed: { result: resultOf(outcome(seq)) } };
    const activation = { timestamp: msToTs(1), jobs: [{ resolveActivity: { seq, result } }] };
    report.arrived({ activation } as unknown as Parameters<RunReport['arrived']>[0]);
  }
  return report;
}

const asked = () => (fake.signal as () => CacheReport)();
const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

test('of few calls the query answers with all rows, as cacheReport() does', () => {
  const report = reportOf(300, () => ({ origin: { ...origin, activityId: '5' } }));
  expect(asked()).toEqual(report.now());
  expect(asked().rows).toHaveLength(300);
  expect(asked()).not.toHaveProperty('omittedRows');
});

test.each<[string, (seq: number) => Partial<Outcome>]>([
  ['usual ones', () => ({ origin: { ...origin, activityId: '5' }, storedAt: '2026-03-01T12:00:00.000Z' })],
  [
    'long texts of three bytes a character',
    () => ({ status: 'unstored', reason: 'skipped', detail: '漢'.repeat(3_000) }),
  ],
])(
  'of 10,000 calls, %s, the query has exact totals and the latest rows, below 2 MB with codecs',
  (_, outcome) => {
    const report = reportOf(10_000, outcome);
    const answer = asked();
    expect(bytesOf(answer) * (4 / 3)).toBeLessThan(2 * MB);
    expect(bytesOf(answer)).toBeGreaterThan(MB / 2);
    expect(answer.totals).toEqual(report.now().totals);
    expect(answer.totals.calls).toBe(10_000);
    expect(answer.rows).toEqual(report.now().rows.slice(-answer.rows.length));
    expect(answer.rows.at(-1)!.activityId).toBe('9999');
    expect(answer.omittedRows).toBe(10_000 - answer.rows.length);
  },
);

const METADATA = '__temporal_workflow_metadata';

/** What a query sees as the current details. `own` are those of the Workflow's code. */
function detailsIn(report: RunReport, own = '', waiting: WaitingCall[] = [], queryType = METADATA): string {
  let seen = '';
  shown.details = own;
  const activation = { jobs: [{ queryWorkflow: { queryType } }] };
  report.deliver(
    { activation } as never,
    () => waiting,
    () => (seen = shown.details),
  );
  expect(shown.details).toBe(own);
  return seen;
}

test('the details that Temporal asks for say what was served, saved and ran, and name the last ten calls', () => {
  const report = reportOf(10_000, (seq) =>
    seq % 2 === 0
      ? { durationMs: 3_700, origin: { ...origin, activityId: '5' } }
      : { status: 'stored', why: 'new', detail: 'inputs · params.depth', durationMs: 27 },
  );
  const lines = detailsIn(report).split('\n').filter(Boolean);
  expect(lines.slice(0, 4)).toEqual([
    '**Cache: 5000 of 10000 calls served**, saved 5 h 8 min · 5000 ran · 0 wait',
    'The last 10 calls:',
    `- **hit** · train (9990) · saved 3.7 s · computed by [ml-pipeline/exp-001](/namespaces/default/workflows/ml-pipeline%2Fexp-001/${origin.runId}/history)`,
    '- **stored** · train (9991) · took 27 ms · new · inputs · params.depth',
  ]);
  expect(lines).toHaveLength(12);
});

test('they say for whom calls wait, and since when', () => {
  const call = { activityType: 'train', activityId: '5', holder: `exp/${origin.runId}/7`, since: 0 };
  const itself = { ...call, activityId: '', holder: 'another call' };
  expect(
    detailsIn(
      reportOf(0, () => ({})),
      '',
      [call, itself],
    ),
  ).toBe(
    [
      '**Cache: 0 of 0 calls served**, saved 0 ms · 0 ran · 2 wait\n',
      `- **waits** · train (5) · for [exp](/namespaces/default/workflows/exp/${origin.runId}/history) (7) · since 1970-01-01T00:00:00.000Z`,
      '- **waits** · train · for another call · since 1970-01-01T00:00:00.000Z',
    ].join('\n'),
  );
});

test("the Workflow's own details come first and stay; very long ones stay alone, and no other query sees ours", () => {
  const report = reportOf(1, () => ({}));
  expect(detailsIn(report, 'step 2 of 3')).toMatch(/^step 2 of 3\n\n\*\*Cache: 1 of 1 calls served/);
  const long = 'x'.repeat(500_001);
  expect(detailsIn(report, long)).toBe(long);
  expect(detailsIn(report, 'own', [], 'another')).toBe('own');
});

test('there is no section where nothing is cached, and where it is hidden', () => {
  expect(
    detailsIn(
      reportOf(0, () => ({})),
      'own',
    ),
  ).toBe('own');
  const report = reportOf(1, () => ({}));
  report.hide();
  expect(detailsIn(report, 'own')).toBe('own');
  report.show();
  expect(detailsIn(report, 'own')).not.toBe('own');
});

test('names and texts of others are no markup, and however long they are the details stay small', () => {
  const evil = '](x) `<img src=x onerror=y>` **b** | \n# h \u202e &lt; ~~s~~ (\\)'.repeat(2_000);
  const report = reportOf(20, () => ({ status: 'unstored', reason: 'skipped', detail: evil }));
  const line = detailsIn(report).split('\n').at(-1)!;
  expect(line.replace(/\\./g, '')).toBe(
    '- **unstored** · train (19) · took 5 ms · skipped · x img src=x onerror=y b    h   lt; s x img src=x onerror=y b    h…',
  );
  const named = reportOf(20, () => ({ origin: { workflowId: evil.slice(0, 1_000), activityId: '1' } }));
  expect(detailsIn(named).length).toBeLessThan(100_000);
});

test('a row that has no room by itself is left out, and counted', () => {
  reportOf(2, (seq) => ({
    status: 'unstored',
    reason: 'skipped',
    detail: 'x'.repeat(seq === 1 ? 2 * MB : 1),
  }));
  expect(asked()).toMatchObject({ rows: [], omittedRows: 2, totals: { calls: 2, unstored: 2 } });
});
