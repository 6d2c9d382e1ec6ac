/** Found in the code of every Workflow bundle that has our interceptors. */
export const WORKFLOW_INTERCEPTORS = 'temporal-activity-cache/workflow-interceptors';
