/** What a run uses, kept for the Workflow that is cached by its code: this one, or one above. Only looks on. */
import type { Payload } from '@temporalio/common';
import { type ContinueAsNew, workflowInfo } from '@temporalio/workflow';
import { readJson, writeJson } from '../policy/json-header';
import { askHost } from './ask-host';
import type { HostQueue } from './host-queue';
import type { CacheReportRow } from '../report/rows';
import { nameOf, type ReportTo, type Use, type Used } from '../dependencies/protocol';
import { type ToReport, USED } from './protocol';

/** More is not kept: the result depends on too much to be sure of it. */
const MOST = 2_000;

interface Kept {
  use: Use;
  /** The ids of its calls. */
  calls: string[];
  /** What the runs before say of theirs. */
  before: (string | undefined)[];
}

export class Uses {
  private readonly uses = new Map<string, Kept>();
  private readonly children = new Set<string>();
  private readonly queues: Record<string, string> = {};

  /**
   * @param before - what the runs used that this one continues
   * @param rows - what results say of themselves
   */
  constructor(
    before?: Used,
    private readonly rows: () => readonly CacheReportRow[] = () => [],
  ) {
    for (const { madeBy, ...use } of before?.uses ?? []) this.kept(use).before.push(madeBy);
    for (const child of before?.children ?? []) this.addChild(child, before?.queues?.[child]);
  }

  /** @param call - its id, where its result will say which version made it */
  add(use: Use, call = ''): void {
    if (this.uses.size <= MOST) this.kept(use).calls.push(call);
  }

  /** @returns as which it is to say what it used: of several under one id each for itself */
  addChild(workflowId: string, taskQueue?: string): string {
    let name = workflowId;
    for (let i = 2; this.children.has(name); i++) name = `${workflowId} ${i}`;
    if (this.children.size > MOST) return name;
    this.children.add(name);
    if (taskQueue !== undefined) this.queues[name] = taskQueue;
    return name;
  }

  get used(): Used | undefined {
    if (this.uses.size > MOST || this.children.size > MOST) return undefined;
    const versions = new Map<string, string[]>();
    for (const { activityType, activityId, version } of this.rows()) {
      const call = `${activityType} ${activityId}`;
      versions.set(call, [...(versions.get(call) ?? []), version]);
    }
    const uses = [...this.uses.values()].map(({ use, calls, before }): Use => {
      const told = [...new Set(calls)].flatMap((call) => versions.get(`${use.type} ${call}`) ?? []);
      const made = new Set([...before, ...told]);
      const [madeBy] = made;
      return told.length === calls.length && made.size === 1 && madeBy ? { ...use, madeBy } : use;
    });
    const hasQueues = Object.keys(this.queues).length > 0;
    return { uses, children: [...this.children], ...(hasQueues && { queues: this.queues }) };
  }

  private kept(use: Use): Kept {
    const kept = this.uses.get(nameOf(use)) ?? { use, calls: [], before: [] };
    this.uses.set(nameOf(use), kept);
    return kept;
  }
}

/** The queue that a run continues on, where it is another one. */
export function queueAfter({ command }: ContinueAsNew): string | undefined {
  const { taskQueue } = command;
  return taskQueue == null || taskQueue === workflowInfo().taskQueue ? undefined : taskQueue;
}

/** Tells the Workflow above, by the store. Where it does not arrive, that one knows too little, and stores nothing. */
export async function tellUses(host: HostQueue, reportTo: ReportTo, used: Used): Promise<void> {
  const toReport: ToReport = { reportTo, used };
  await host.call(() => askHost(USED, 'cache: what this Workflow used', toReport));
}

export const writeRecorder = (recorder: string): Payload => writeJson(recorder);

/** Never throws: what is no name is none. */
export function readRecorder(payload: Payload | null | undefined): string | undefined {
  const recorder = readJson(payload);
  return typeof recorder === 'string' && recorder !== '' ? recorder : undefined;
}
