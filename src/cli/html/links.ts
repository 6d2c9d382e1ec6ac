/** Links to Temporal's UI, and to other calls of the page. */
import type { Origin } from '../../wire/outcome';
import { UsageError } from '../errors';
import { type Html, markup } from './markup';

export const DEFAULT_UI = 'http://localhost:8233';

/**
 * @param address - the value of `--ui-address`
 * @throws {@link UsageError} if it is no address of a web page
 */
export function uiAddress(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw new UsageError(`--ui-address ${address}: it takes a URL such as ${DEFAULT_UI}`);
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

export interface Execution {
  workflowId: string;
  runId?: string;
}

export class Links {
  constructor(
    private readonly ui: string,
    private readonly namespace: string,
    private readonly run: Execution,
    /** The anchors of the page's own calls. */
    private readonly anchors: ReadonlyMap<string, string> = new Map(),
  ) {}

  /** The execution as a link to its history. */
  workflow({ workflowId, runId }: Execution, text: string = workflowId): Html {
    const parts = [workflowId, runId].filter((part) => part !== undefined).map(encode);
    const path = runId === undefined ? parts[0]! : `${parts.join('/')}/history`;
    const url = `${this.ui}/namespaces/${encode(this.namespace)}/workflows/${path}`;
    return markup`<a href="${url}"><bdi>${text}</bdi></a>`;
  }

  /** The execution that computed a value. A standalone Activity has no history of a Workflow. */
  origin({ workflowId, runId, activityId }: Origin): Html {
    return workflowId === undefined
      ? markup`a standalone Activity <bdi>${activityId}</bdi>`
      : this.workflow({ workflowId, runId });
  }

  /** The caller with this id: a call of this page, or of another run. */
  caller(id: string): Html {
    const { workflowId, runId, activityId } = callerOf(id) ?? {};
    if (workflowId === undefined || runId === undefined) return markup`<bdi>${id}</bdi>`;
    const anchor =
      workflowId === this.run.workflowId && runId === this.run.runId && activityId !== undefined
        ? this.anchors.get(activityId)
        : undefined;
    if (anchor !== undefined) return markup`<a href="#${anchor}">${activityId} of this run</a>`;
    const call = activityId === undefined ? '' : markup`, call <bdi>${activityId}</bdi>`;
    return markup`${this.workflow({ workflowId, runId })}${call}`;
  }
}

/** The parts of a caller's id. Ids of Workflows and Activities may contain slashes. */
const CALLER =
  /^(?<workflowId>.+)\/(?<runId>[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})(?:\/(?<activityId>.*))?$/s;

const callerOf = (id: string) => CALLER.exec(id)?.groups;

const encode = (part: string): string => encodeURIComponent(part.toWellFormed());
