/** Shows a run while it happens: each step as it ends, and what is running now. */
import { setTimeout as pause } from 'node:timers/promises';
import type { WorkflowExecutionDescription, WorkflowHandle } from '@temporalio/client';
import color from 'picocolors';
import { cacheReport } from 'temporal-activity-cache';
import { print, showLive } from './screen';
import { explain, type Report, type Row, seconds, statusColor, stepName } from './words';

const NAME_WIDTH = 'trainModel, 8 trees, depth 8'.length;

export async function follow(handle: WorkflowHandle): Promise<Report> {
  const shown = new Set<string>();
  const running = new Running();
  let historyLength = 0;

  for (;;) {
    const description = await handle.describe();
    if (description.historyLength > historyLength) {
      historyLength = description.historyLength;
      for (const row of (await cacheReport(handle)).rows) {
        if (!shown.has(row.activityId)) print(stepLine(row));
        shown.add(row.activityId);
      }
    }
    if (description.status.name !== 'RUNNING') return cacheReport(handle);
    running.show(description);
    await pause(100);
  }
}

function stepLine(row: Row): string {
  const name = stepName(row).padEnd(NAME_WIDTH);
  const status = statusColor(row.status)(row.status.padEnd(8));
  const time = (row.savedMs ? `saved ${seconds(row.savedMs)}` : `took ${seconds(row.durationMs)}`).padEnd(11);
  return `  ${name}  ${status}  ${time}  ${color.dim(explain(row))}`;
}

/** What runs now, and since when. */
class Running {
  private readonly since = new Map<string, number>();
  private readonly said = new Set<string>();

  show({ raw }: WorkflowExecutionDescription): void {
    const pending = raw.pendingActivities ?? [];
    const activity = pending.find(({ lastStartedTime }) => lastStartedTime != null);
    if (!activity) return showLive('  waiting for the Worker ...');

    const name = stepName({
      activityType: activity.activityType?.name ?? '',
      activityId: activity.activityId ?? '',
    });
    if (!this.since.has(name)) this.since.set(name, Date.now());
    const elapsed = (Date.now() - this.since.get(name)!) / 1000;
    const others = pending.length > 1 ? `, ${pending.length - 1} more to come` : '';
    const trouble = activity.lastFailure ? `, after a failed attempt: ${activity.lastFailure.message}` : '';
    showLive(`  ${name} ... ${elapsed.toFixed(1)} s${others}${trouble}`);

    if (!process.stdout.isTTY && elapsed > 1 && !this.said.has(name)) {
      this.said.add(name);
      print(`  ${name} is running ...`);
    }
  }
}
