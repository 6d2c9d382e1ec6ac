/** What a run uses, kept for the Workflow that is cached by its code: this one, or one above. Only looks on. */
import type { Payload } from '@temporalio/common';
import { readJson, writeJson } from '../policy/json-header';
import { askHost } from './ask-host';
import type { HostQueue } from './host-queue';
import { nameOf, type ReportTo, type Use, type Used } from '../dependencies/protocol';
import { type ToReport, USED } from './protocol';

/** More is not kept: the result depends on too much to be sure of it. */
const MOST = 2_000;

export class Uses {
  private readonly uses = new Map<string, Use>();
  private readonly children = new Set<string>();

  /** @param before - what the runs used that this one continues */
  constructor(before?: Used) {
    before?.uses.forEach((use) => this.add(use));
    before?.children.forEach((child) => this.addChild(child));
  }

  add(use: Use): void {
    if (this.uses.size <= MOST) this.uses.set(nameOf(use), use);
  }

  addChild(workflowId: string): void {
    if (this.children.size <= MOST) this.children.add(workflowId);
  }

  get used(): Used | undefined {
    const tooMany = this.uses.size > MOST || this.children.size > MOST;
    return tooMany ? undefined : { uses: [...this.uses.values()], children: [...this.children] };
  }
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
