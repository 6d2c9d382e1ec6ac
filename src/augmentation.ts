/** Teaches TypeScript the option `cache` wherever Temporal takes options. */
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
