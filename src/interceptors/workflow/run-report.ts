/**
 * What the cache did in this run, read from the labels of results as they arrive. Reading has no
 * effect on the run, so replays see the same.
 */
import { REPORT } from '../../wire/names';
import { tsToMs } from '@temporalio/common';
import {
  type ActivateInput,
  type ActivityInput,
  defineQuery,
  getCurrentDetails,
  type LocalActivityInput,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import {
  type CacheReport,
  type CacheReportRow,
  labelsOf,
  rowOf,
  totalsOf,
  withinBytes,
} from '../../wire/report-rows';

/** An answer may have 2 MB after the codecs, and base64 adds a third to its size. */
const MAX_ROW_BYTES = 1024 * 1024;

const [BEGIN, END] = ['<!-- activity-cache -->', '<!-- /activity-cache -->'];

export class RunReport {
  private readonly rows: CacheReportRow[] = [];
  private readonly calls = new Map<number, { activityType: string; activityId: string }>();
  private inDetails = false;
  /**
   * Called for each result that arrives, with its labels. The list is empty for a result without
   * labels.
   */
  onResult?: (call: { activityType: string; activityId: string }, labels: readonly Uint8Array[]) => void;

  constructor() {
    setHandler(defineQuery<CacheReport>(REPORT), () => withinBytes(this.now(), MAX_ROW_BYTES), {
      description:
        'What the cache did in this run: a row for each call of a cached Activity, or the latest of them.',
    });
  }

  now(): CacheReport {
    return { rows: [...this.rows], totals: totalsOf(this.rows) };
  }

  /**
   * From now on the current details, which Temporal's UI shows, contain a section with the totals.
   */
  show(): void {
    this.inDetails = true;
    this.write();
  }

  scheduled({ seq, activityType, options }: ActivityInput | LocalActivityInput): void {
    const { activityId = `${seq}` } = options as { activityId?: string };
    this.calls.set(seq, { activityType, activityId });
  }

  arrived({ activation }: ActivateInput): void {
    const before = this.rows.length;
    for (const { resolveActivity } of activation.jobs ?? []) {
      const { seq, result } = resolveActivity ?? {};
      const call = this.calls.get(seq ?? -1);
      if (call === undefined) continue;
      this.calls.delete(seq!);
      const payload = result?.completed?.result;
      const labels = payload == null ? [] : labelsOf(payload);
      if (payload != null) this.onResult?.(call, labels);
      const completed = { ...call, completedMs: tsToMs(activation.timestamp) };
      this.rows.push(...labels.map((label) => rowOf(completed, label)));
    }
    if (this.inDetails && this.rows.length > before) this.write();
  }

  private write(): void {
    const { calls, hit, joined, stored } = totalsOf(this.rows);
    const text = `${BEGIN}\n**Cache**: ${hit + joined} of ${calls} calls served, ${stored} stored\n${END}`;
    const details = getCurrentDetails();
    const [from, to] = [details.indexOf(BEGIN), details.indexOf(END)];
    if (from === -1 || to < from) setCurrentDetails([details, text].filter(Boolean).join('\n\n'));
    else setCurrentDetails(details.slice(0, from) + text + details.slice(to + END.length));
  }
}
