/**
 * Stores what a Workflow reports that it used, for the Workflow above that is cached by its code.
 * It runs as a local Activity.
 */
import type { Context } from '@temporalio/activity';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { isAbove } from '../dependencies/ancestors';
import type { CollectorAddress, Used } from '../wire/uses';
import type { DependencyReport } from '../wire/questions';
import type { Dependencies } from '../dependencies/dependencies';
import type { Reporter } from '../worker/reporter';

interface Services {
  dependencies: Dependencies;
  reporter: Reporter;
}

export class DependencyReportInterceptor implements ActivityInboundCallsInterceptor {
  constructor(
    private readonly context: Context,
    private readonly services: Services,
  ) {}

  async execute({ args: [toReport] }: ActivityExecuteInput): Promise<void> {
    const { reportTo, used } = toReport as DependencyReport;
    await reportDependencies(this.services, this.context, reportTo, used);
  }
}

/**
 * Stores the report for the Workflow above. If the server cannot confirm that the collector is
 * above, the report is dropped with a warning. Then the Workflow above is not stored, but nothing
 * fails.
 * @throws {CacheStoreError}
 */
export async function reportDependencies(
  { dependencies, reporter }: Services,
  context: Context,
  reportTo: CollectorAddress,
  used: Used,
): Promise<void> {
  const { collector, workflowId, parent } = reportTo;
  if (parent !== undefined) {
    try {
      if (!(await isAbove(context.client, collector, parent)))
        throw new Error(
          `Workflow '${workflowId}' has a header that names '${collector}', which is not above it`,
        );
    } catch (error) {
      return reporter.workerError(error);
    }
  }
  await dependencies.report(reportTo, used);
}
