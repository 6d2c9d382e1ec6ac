/** Links to Temporal's UI, and to other calls of the page. */
import type { Origin } from '../../wire/outcome';
import { callerIn, type Execution, uiPath } from '../../wire/ui-path';
import { type Html, markup } from './markup';

export class Links {
  constructor(
    private readonly ui: string,
    private readonly namespace: string,
    private readonly run: Execution,
    /** The anchors of the page's own calls. */
    private readonly anchors: ReadonlyMap<string, string> = new Map(),
  ) {}

  /** The execution as a link to its history. */
  workflow(execution: Execution, text: string = execution.workflowId): Html {
    return markup`<a href="${this.ui + uiPath(this.namespace, execution)}"><bdi>${text}</bdi></a>`;
  }

  /** The execution that computed a value. A standalone Activity has no history of a Workflow. */
  origin({ workflowId, runId, activityId }: Origin): Html {
    return workflowId === undefined
      ? markup`a standalone Activity <bdi>${activityId}</bdi>`
      : this.workflow({ workflowId, runId });
  }

  /** The caller with this id: a call of this page, or of another run. */
  caller(id: string): Html {
    const caller = callerIn(id);
    if (caller === undefined) return markup`<bdi>${id}</bdi>`;
    const { workflowId, runId, activityId } = caller;
    const anchor =
      workflowId === this.run.workflowId && runId === this.run.runId && activityId !== undefined
        ? this.anchors.get(activityId)
        : undefined;
    if (anchor !== undefined) return markup`<a href="#${anchor}">${activityId} of this run</a>`;
    const call = activityId === undefined ? '' : markup`, call <bdi>${activityId}</bdi>`;
    return markup`${this.workflow({ workflowId, runId })}${call}`;
  }
}
