/** What a run uses, kept for the Workflow that is cached by its code: this one, or one above. Only looks on. */
import type { Payload } from '@temporalio/common';
import { type ContinueAsNew, workflowInfo } from '@temporalio/workflow';
import { readJson, writeJson } from '../../wire/headers';
import { askHost } from './ask-host';
import type { HostQueue } from './host-queue';
import type { CacheReportRow } from '../../wire/report-rows';
import {
  MAX_USED,
  nameOf,
  type CollectorAddress,
  resultOf,
  unkeptOf,
  type Use,
  type Used,
  type UsedResult,
} from '../../wire/uses';
import { decodeOutcome, type Outcome } from '../../wire/outcome';
import { OURS, type DependencyReport } from '../../wire/questions';
import { REPORT_DEPENDENCIES } from '../../wire/names';

type Call = Pick<CacheReportRow, 'activityType' | 'activityId'>;

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
  private readonly results = new Map<string, UsedResult>();
  private readonly unlabelled = new Set<string>();
  private unkept?: string;
  private tooMuch = false;

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
    for (const result of before?.results ?? []) this.addResult(result);
    for (const type of before?.unlabelled ?? []) this.unlabelled.add(type);
    this.unkept = before?.unkept;
    this.tooMuch = before?.tooMuch ?? false;
  }

  /** A result has arrived. */
  readonly arrived = (call: Call, labels: readonly Uint8Array[]): void => {
    const ours = OURS.includes(call.activityType);
    if (labels.length === 0 && !ours) this.unlabelled.add(call.activityType);
    for (const label of labels) {
      const outcome = decodeOutcome(label);
      this.addOutcome((ours && outcome.of) || call, outcome);
    }
  };

  private addOutcome({ activityType }: Call, outcome: Outcome): void {
    const { status, reason } = outcome;
    if (status === 'bypassed' && reason === 'disabled') return; // not cached, and so never forgotten
    const result = resultOf(activityType, outcome);
    if (status === 'unknown') this.unlabelled.add(activityType);
    else if (result !== undefined) this.addResult(result);
    else this.unkept ??= unkeptOf(`'${activityType}'`, outcome);
  }

  private addResult(result: UsedResult): void {
    if (this.results.size <= MAX_USED) this.results.set(`${result.key} ${result.ticket}`, result);
  }

  /** @param call - its id, where its result will say which version made it */
  add(use: Use, call = ''): void {
    if (this.uses.size <= MAX_USED) this.kept(use).calls.push(call);
  }

  /** @returns as which it is to say what it used: of several under one id each for itself */
  addChild(workflowId: string, taskQueue?: string): string {
    let name = workflowId;
    for (let i = 2; this.children.has(name); i++) name = `${workflowId} ${i}`;
    if (this.children.size > MAX_USED) return name;
    this.children.add(name);
    if (taskQueue !== undefined) this.queues[name] = taskQueue;
    return name;
  }

  /** Undefined: more than can be kept. */
  get used(): Used | undefined {
    const { ofResults } = this;
    if (this.uses.size > MAX_USED || this.children.size > MAX_USED || ofResults === undefined)
      return undefined;
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
    return { uses, children: [...this.children], ...(hasQueues && { queues: this.queues }), ...ofResults };
  }

  /** What a Workflow depends on that is given a version: not on the code of what it used, but on the results. */
  get usedByUnit(): Used | undefined {
    return this.ofResults && { uses: [], children: [], ...this.ofResults };
  }

  private get ofResults(): Pick<Used, 'results' | 'unlabelled' | 'unkept'> | undefined {
    const { results, unlabelled, unkept } = this;
    if (this.tooMuch || results.size > MAX_USED) return undefined;
    return {
      results: [...results.values()],
      ...(unlabelled.size > 0 && { unlabelled: [...unlabelled] }),
      ...(unkept !== undefined && { unkept }),
    };
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
export async function reportDependencies(
  host: HostQueue,
  reportTo: CollectorAddress,
  used: Used,
): Promise<void> {
  const toReport: DependencyReport = { reportTo, used };
  await host.call(() => askHost(REPORT_DEPENDENCIES, 'cache: what this Workflow used', toReport));
}

export const writeCollector = (collector: string): Payload => writeJson(collector);

/** Never throws: what is no name is none. */
export function readCollector(payload: Payload | null | undefined): string | undefined {
  const collector = readJson(payload);
  return typeof collector === 'string' && collector !== '' ? collector : undefined;
}
