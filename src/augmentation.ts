/** Adds the option `cache` to the types of Temporal's options. */
import type { CallSite } from './options/call-site';
import type { RunCacheOption } from './options/run-options';

declare module '@temporalio/client/lib/workflow-options' {
  interface WorkflowOptions {
    /**
     * How this run, and everything that runs below it, uses the cache (`mode`, `activities`), and,
     * with a `version` or `behavior`, how the Workflow itself is cached. Default: the run reads and
     * writes.
     */
    cache?: RunCacheOption;
  }
}

declare module '@temporalio/client/lib/activity-client' {
  interface ActivityOptions {
    /**
     * How this Activity uses the cache, and how it is cached if that differs from its declaration.
     * Default: it reads and writes.
     */
    cache?: RunCacheOption;
  }
}

declare module '@temporalio/common/lib/activity-options' {
  interface ActivityOptions {
    /**
     * `true`: look up this call in the Workflow, before it is scheduled, as its Activity is
     * declared. `false`: do not cache this call. Or the options for this call that differ from the
     * declaration. Default: the Activity's Worker looks up the call.
     */
    cache?: CallSite;
  }
}

declare module '@temporalio/workflow/lib/interfaces' {
  interface ChildWorkflowOptions {
    /**
     * How the child, and everything that runs below it, uses the cache, and, with a `version` or
     * `behavior`, how the child itself is cached. With a `version` the child is looked up here, and
     * a hit starts no child. Default: as this run does.
     */
    cache?: RunCacheOption;
  }
}
