/**
 * Workers write a note to the store while they run, with their configuration. `doctor` compares
 * these notes.
 */
import { WORKERS } from '../wire/names';
import { randomUUID } from 'node:crypto';
import type { Worker } from '@temporalio/worker';
import type { GuardedStore } from '../store/guard';
import { PACKAGE_VERSION } from '../package-version';

export interface WorkerNote {
  /** The version of this package. */
  version: string;
  /** The Worker's identity, as Temporal's UI shows it. */
  identity: string;
  taskQueue: string;
  namespace: string;
  scope: string;
  /** Whether its Workflow bundle contains the plugin's interceptor. Undefined without Workflows. */
  interceptor: boolean | undefined;
  /** The start time in ISO 8601, by the clock of the Worker's host. */
  since: string;
}

/** A Worker whose note was not renewed for three times this interval counts as killed. */
export const RENEWED_EVERY_MS = 10 * 60_000;

export class Presence {
  private readonly name = WORKERS + randomUUID();
  private timer?: NodeJS.Timeout;

  constructor(private readonly store: GuardedStore) {}

  begin(worker: Worker, scope: string, interceptor: boolean | undefined): void {
    const { identity, taskQueue, namespace } = worker.options;
    const since = new Date().toISOString();
    const note: WorkerNote = {
      version: PACKAGE_VERSION,
      identity,
      taskQueue,
      namespace,
      scope,
      interceptor,
      since,
    };
    const say = () => void this.store.note(this.name, JSON.stringify(note));
    say();
    this.timer = setInterval(say, RENEWED_EVERY_MS).unref();
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    if (this.timer !== undefined) await this.store.note(this.name, undefined);
    this.timer = undefined;
  }
}
