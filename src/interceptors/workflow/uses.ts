/**
 * Collects what a run uses, for the Workflow that is cached by its code: this run or a Workflow
 * above it. Collecting changes nothing in the run.
 */
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
  /** The ids of the calls that used it. */
  calls: string[];
  /** The versions that the runs before this one reported. */
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
   * @param rows - the report rows, with the versions in the labels of results
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

  /** Adds a result that has arrived. */
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
    // The result is not cached, so no invalidation applies to it.
    if (status === 'bypassed' && reason === 'disabled') return;
    const result = resultOf(activityType, outcome);
    if (status === 'unknown') this.unlabelled.add(activityType);
    else if (result !== undefined) this.addResult(result);
    else this.unkept ??= unkeptOf(`'${activityType}'`, outcome);
  }

  private addResult(result: UsedResult): void {
    if (this.results.size <= MAX_USED) this.results.set(`${result.key} ${result.ticket}`, result);
  }

  /**
   * @param call - the id of the call, if the label of its result will contain the version of the
   *   code
   */
  add(use: Use, call = ''): void {
    if (this.uses.size <= MAX_USED) this.kept(use).calls.push(call);
  }

  /**
   * @returns the name under which the child reports what it used, which is unique even if several
   *   children share one id
   */
  addChild(workflowId: string, taskQueue?: string): string {
    let name = workflowId;
    for (let i = 2; this.children.has(name); i++) name = `${workflowId} ${i}`;
    if (this.children.size > MAX_USED) return name;
    this.children.add(name);
    if (taskQueue !== undefined) this.queues[name] = taskQueue;
    return name;
  }

  /** What the run used. Undefined if it is more than can be kept. */
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
      const named = [...new Set(calls)].flatMap((call) => versions.get(`${use.type} ${call}`) ?? []);
      const made = new Set([...before, ...named]);
      const [madeBy] = made;
      return named.length === calls.length && made.size === 1 && madeBy ? { ...use, madeBy } : use;
    });
    const hasQueues = Object.keys(this.queues).length > 0;
    return { uses, children: [...this.children], ...(hasQueues && { queues: this.queues }), ...ofResults };
  }

  /**
   * What a Workflow with a version of its own depends on: the results that it used, but not their
   * code.
   */
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

/** The task queue on which a run continues, if it is another one. */
export function queueAfter({ command }: ContinueAsNew): string | undefined {
  const { taskQueue } = command;
  return taskQueue == null || taskQueue === workflowInfo().taskQueue ? undefined : taskQueue;
}

/**
 * Reports to the Workflow above, through the store. If the report does not arrive, that Workflow
 * knows too little and stores nothing.
 */
export async function reportDependencies(
  host: HostQueue,
  reportTo: CollectorAddress,
  used: Used,
): Promise<void> {
  const toReport: DependencyReport = { reportTo, used };
  await host.call(() => askHost(REPORT_DEPENDENCIES, 'cache: what this Workflow used', toReport));
}

export const writeCollector = (collector: string): Payload => writeJson(collector);

/** Reads the name of a collector. Never throws: an invalid header is ignored. */
export function readCollector(payload: Payload | null | undefined): string | undefined {
  const collector = readJson(payload);
  return typeof collector === 'string' && collector !== '' ? collector : undefined;
}
