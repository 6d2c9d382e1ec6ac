/** Keeps what a Workflow says it used, for the one above that is cached by its code: a local Activity. */
import type { Context } from '@temporalio/activity';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { isAbove } from '../dependencies/ancestors';
import type { ReportTo, Used } from '../wire/uses';
import type { ToReport } from '../wire/questions';
import type { Dependencies } from '../dependencies/dependencies';
import type { Reporter } from '../worker/reporter';

interface Services {
  dependencies: Dependencies;
  reporter: Reporter;
}

export class UsedInterceptor implements ActivityInboundCallsInterceptor {
  constructor(
    private readonly context: Context,
    private readonly services: Services,
  ) {}

  async execute({ args: [toReport] }: ActivityExecuteInput): Promise<void> {
    const { reportTo, used } = toReport as ToReport;
    await reportUses(this.services, this.context, reportTo, used);
  }
}

/**
 * Tells the Workflow above. It keeps nothing where it is not told, so that a server which does not answer costs no more than that.
 * @throws {CacheStoreError}
 */
export async function reportUses(
  { dependencies, reporter }: Services,
  context: Context,
  reportTo: ReportTo,
  used: Used,
): Promise<void> {
  const { recorder, workflowId, parent } = reportTo;
  if (parent !== undefined) {
    try {
      if (!(await isAbove(context.client, recorder, parent)))
        throw new Error(
          `Workflow '${workflowId}' has a header that names '${recorder}', which is not above it`,
        );
    } catch (error) {
      return reporter.workerError(error);
    }
  }
  await dependencies.report(reportTo, used);
}
