/** A marker in the code of every Workflow bundle that contains our interceptors. */
export const WORKFLOW_INTERCEPTORS = 'temporal-activity-cache/workflow-interceptors';
