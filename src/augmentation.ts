/** Teaches TypeScript the option `cache` wherever Temporal takes options. */
import type { CallSite } from './options/call-site';
import type { RunCacheOption } from './options/run-options';

declare module '@temporalio/client/lib/workflow-options' {
  interface WorkflowOptions {
    /**
     * How this run, and all that runs below it, uses the cache (`mode`, `activities`; default: it reads and writes); and, with a `version` or
     * `behavior`, how the Workflow itself is cached.
     */
    cache?: RunCacheOption;
  }
}

declare module '@temporalio/client/lib/activity-client' {
  interface ActivityOptions {
    /** How this Activity uses the cache, and how it is cached where that differs from how it is declared. Default: it reads and writes. */
    cache?: RunCacheOption;
  }
}

declare module '@temporalio/common/lib/activity-options' {
  interface ActivityOptions {
    /**
     * `true`: look this call up in the Workflow, before it is scheduled, as its Activity is declared. Or how this call is cached, where it
     * differs from that; `false`: not at all. Default: the Activity's Worker looks.
     */
    cache?: CallSite;
  }
}

declare module '@temporalio/workflow/lib/interfaces' {
  interface ChildWorkflowOptions {
    /**
     * How the child, and all that runs below it, uses the cache (default: as this run does); and, with a `version` or `behavior`, how the child
     * itself is cached: with a `version` it is looked up here, and a hit starts no child.
     */
    cache?: RunCacheOption;
  }
}
