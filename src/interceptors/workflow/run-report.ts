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
  type LocalActivityInput,
  setHandler,
} from '@temporalio/workflow';
import { sectionOf, withSection } from './details';
import type { WaitingCall } from './waiting';
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

export class RunReport {
  private readonly rows: CacheReportRow[] = [];
  private readonly calls = new Map<number, { activityType: string; activityId: string }>();
  private isShown = true;
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

  /** From now on the current details, which Temporal's UI shows, have a section with the report. */
  show(): void {
    this.isShown = true;
  }

  /** From now on they have none. */
  hide(): void {
    this.isShown = false;
  }

  /**
   * Delivers the jobs of an activation, which may ask for the current details.
   * @param waiting - the calls that wait
   */
  deliver({ activation }: ActivateInput, waiting: () => WaitingCall[], next: () => void): void {
    const section = () => (this.isShown ? sectionOf(this.rows, waiting()) : '');
    withSection(activation.jobs ?? [], section, next);
  }

  scheduled({ seq, activityType, options }: ActivityInput | LocalActivityInput): void {
    const { activityId = `${seq}` } = options as { activityId?: string };
    this.calls.set(seq, { activityType, activityId });
  }

  arrived({ activation }: ActivateInput): void {
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
  }
}
