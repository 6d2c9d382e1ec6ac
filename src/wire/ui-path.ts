/** Where Temporal's UI shows an execution, and which execution an id of a caller names. */

export interface Execution {
  workflowId: string;
  runId?: string;
}

/** The path of an execution in the UI: with a run id its history, else its latest run. */
export function uiPath(namespace: string, { workflowId, runId }: Execution): string {
  const parts = ['namespaces', namespace, 'workflows', workflowId, ...(runId ? [runId, 'history'] : [])];
  return `/${parts.map(encode).join('/')}`;
}

/** Half of a pair of surrogates is no character of a URL, and parentheses would end a link. */
const encode = (part: string): string =>
  encodeURIComponent(part.replace(/\p{Cs}/gu, '\uFFFD')).replace(
    /[!'()*~]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );

/** Ids of Workflows and Activities may contain slashes. */
const CALLER = /^(.+)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\/(.*))?$/is;

/**
 * The parts of a caller's id: `workflowId/runId/activityId`, or `workflowId/runId` of a Workflow
 * that waits itself. Undefined for an id of another form.
 */
export function callerIn(id: string): (Required<Execution> & { activityId?: string }) | undefined {
  const [, workflowId, runId, activityId] = CALLER.exec(id) ?? [];
  return workflowId === undefined || runId === undefined ? undefined : { workflowId, runId, activityId };
}
