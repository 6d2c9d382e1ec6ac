/** The last tables: every step of every run. */
import Table from 'cli-table3';
import color from 'picocolors';
import { type Report, type Row, seconds, statusColor, stepName } from './words';

export interface Run {
  /** Of its column. */
  head: string;
  workflowId: string;
  report: Report;
  tookMs: number;
}

export function overview(runs: Run[]): string {
  const table = new Table({
    head: ['', ...runs.map(({ head }) => color.bold(head))],
    style: { head: [], border: [], compact: true },
  });
  const add = (head: string, cell: (run: Run) => string) => table.push([head, ...runs.map(cell)]);

  const steps = new Set(runs.flatMap(({ report }) => report.rows.map(stepName)));
  for (const step of [...steps].sort(asInThePipeline)) {
    add(step, ({ report }) => stepCell(report.rows.find((row) => stepName(row) === step)));
  }
  table.push([]);
  add('from the cache', ({ report: { totals } }) => `${totals.hit + totals.joined} of ${totals.calls}`);
  add('the run took', ({ tookMs }) => seconds(tookMs));
  add('the cache saved', ({ report }) => color.green(seconds(report.totals.savedMs)));
  return table.toString();
}

const ORDER = ['loadDataset', 'preprocess', 'trainModel', 'evaluate', 'generateReport'];

function asInThePipeline(a: string, b: string): number {
  const place = (step: string) => ORDER.findIndex((activityType) => step.startsWith(activityType));
  return place(a) - place(b) || a.localeCompare(b);
}

function stepCell(row: Row | undefined): string {
  if (!row) return '';
  return `${statusColor(row.status)(row.status)} ${color.dim(seconds(row.savedMs ?? row.durationMs))}`;
}
