/** Shows runs while they happen: each step as it ends, and what is running now. */
import { setTimeout as pause } from 'node:timers/promises';
import type { WorkflowExecutionDescription, WorkflowHandle } from '@temporalio/client';
import color from 'picocolors';
import { cacheReport } from 'temporal-activity-cache';
import { print, showLive } from './screen';
import { explain, type Report, type Row, seconds, statusColor, stepName } from './words';

const NAME_WIDTH = 'trainModel, 8 trees, depth 8'.length;

/** @param runs - each with what its lines begin with */
export async function follow(runs: { handle: WorkflowHandle; label: string }[]): Promise<Report[]> {
  const said = new Set<string>();
  const followed = runs.map(({ handle, label }) => new FollowedRun(handle, label, new Running(said)));
  for (;;) {
    for (const run of followed) await run.look();
    const running = followed.flatMap((run) => run.running ?? []);
    if (running.length === 0) return Promise.all(runs.map(({ handle }) => cacheReport(handle)));
    showLive(`  ${running.join('   ')}`);
    await pause(100);
  }
}

class FollowedRun {
  /** What it is at; undefined when it has ended. */
  running?: string;
  private readonly shown = new Set<string>();
  private historyLength = 0;

  constructor(
    private readonly handle: WorkflowHandle,
    private readonly label: string,
    private readonly steps: Running,
  ) {}

  async look(): Promise<void> {
    const description = await this.handle.describe();
    if (description.historyLength > this.historyLength) {
      this.historyLength = description.historyLength;
      for (const row of (await cacheReport(this.handle)).rows) {
        if (!this.shown.has(row.activityId)) print(`  ${this.label}${stepLine(row)}`);
        this.shown.add(row.activityId);
      }
    }
    const ended = description.status.name !== 'RUNNING';
    this.running = ended ? undefined : this.label + this.steps.at(description);
  }
}

function stepLine(row: Row): string {
  const name = stepName(row).padEnd(NAME_WIDTH);
  const status = statusColor(row.status)(row.status.padEnd(8));
  const time = (row.savedMs ? `saved ${seconds(row.savedMs)}` : `took ${seconds(row.durationMs)}`).padEnd(11);
  return `${name}  ${status}  ${time}  ${color.dim(explain(row))}`;
}

/** What runs now, and since when. */
class Running {
  private readonly since = new Map<string, number>();

  /** @param said - the steps of which it is said that they are running: of one that two runs wait for, once */
  constructor(private readonly said: Set<string>) {}

  at({ raw }: WorkflowExecutionDescription): string {
    const pending = raw.pendingActivities ?? [];
    const activity = pending.find(({ lastStartedTime }) => lastStartedTime != null);
    if (!activity) return 'waiting for the Worker ...';

    const name = stepName({
      activityType: activity.activityType?.name ?? '',
      activityId: activity.activityId ?? '',
    });
    if (!this.since.has(name)) this.since.set(name, Date.now());
    const elapsed = (Date.now() - this.since.get(name)!) / 1000;
    const others = pending.length > 1 ? `, ${pending.length - 1} more to come` : '';
    const trouble = activity.lastFailure ? `, after a failed attempt: ${activity.lastFailure.message}` : '';
    if (!process.stdout.isTTY && elapsed > 1 && !this.said.has(name)) {
      this.said.add(name);
      print(`  ${name} is running ...`);
    }
    return `${name} ... ${elapsed.toFixed(1)} s${others}${trouble}`;
  }
}
