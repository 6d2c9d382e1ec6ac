/** Keeps what a Workflow says it used, for the one above that is cached by its code: a local Activity. */
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor } from '@temporalio/worker';
import type { ToReport } from '../lookup/protocol';
import type { Known } from './lookup';

export class UsedInterceptor implements ActivityInboundCallsInterceptor {
  constructor(private readonly known: Known) {}

  async execute({ args: [toReport] }: ActivityExecuteInput): Promise<void> {
    const { reportTo, used } = toReport as ToReport;
    await this.known.dependencies.report(reportTo, used);
  }
}
