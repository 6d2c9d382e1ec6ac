/** What a run's own report holds, however many calls there were. */
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time';
import type { CacheReport } from '../../../src/wire/report-rows';
import { RunReport } from '../../../src/interceptors/workflow/run-report';
import { encodeOutcome, type Outcome } from '../../../src/wire/outcome';
import { OUTCOME_METADATA } from '../../../src/wire/names';
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

test('the details that Temporal shows have the totals, in one line, whatever the number of calls', () => {
  const report = reportOf(10_000, () => ({}));
  report.show();
  expect(shown.details).toContain('10000 of 10000 calls served, 0 stored');
  expect(shown.details.length).toBeLessThan(200);
});

test('a row that has no room by itself is left out, and counted', () => {
  reportOf(2, (seq) => ({
    status: 'unstored',
    reason: 'skipped',
    detail: 'x'.repeat(seq === 1 ? 2 * MB : 1),
  }));
  expect(asked()).toMatchObject({ rows: [], omittedRows: 2, totals: { calls: 2, unstored: 2 } });
});
