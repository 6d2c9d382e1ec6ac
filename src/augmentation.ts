/** Teaches TypeScript the option `cache` wherever Temporal takes options. */
import type { CallSite } from './policy/call-site';
import type { RunControl } from './policy/control';

declare module '@temporalio/client/lib/workflow-options' {
  interface WorkflowOptions {
    /** How this run, and all that runs below it, uses the cache. Default: it reads and writes. */
    cache?: Partial<RunControl>;
  }
}

declare module '@temporalio/client/lib/activity-client' {
  interface ActivityOptions {
    /** How this Activity uses the cache. Default: it reads and writes. */
    cache?: Partial<RunControl>;
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
