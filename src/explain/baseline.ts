/** Finds the earlier result with which a new key is compared. */
import type { WorkflowHandle } from '@temporalio/client';
import { type EntryFacts, readFacts } from '../entry';
import { type CacheReport, cacheReport } from '../report/report';
import type { CacheStore, EntryRecord } from '../store/store';
import { type KeyFacts, likeness } from './difference';

/** An entry with the facts in its header. */
export interface Known {
  record: EntryRecord;
  facts: EntryFacts;
}

/**
 * Why this entry was chosen: the last result of the same call in a run of the same Workflow type,
 * the entry with the most equal parts, or the one that the user names.
 */
export type Chosen = 'same call' | 'most equal' | 'given';

export interface Baseline extends Known {
  chosen: Chosen;
}

/** The call whose key is new. */
export interface NewCall {
  activityType: string;
  key: string;
  facts: KeyFacts;
  activityId?: string;
  workflowType?: string;
  runId?: string;
  /** Entries that were stored later did not exist yet. */
  storedAt?: number;
}

/** Entries beyond these are older than anything that a user would compare with. */
const MAX_ENTRIES = 2_000;

/** The number of earlier runs in which the same call is looked for. */
const MAX_RUNS = 5;

type Reads = Pick<CacheStore, 'entries'>;

export async function entryOf(store: Reads, key: string): Promise<Known | undefined> {
  for await (const record of store.entries({ key })) {
    const facts = readFacts(record.header);
    if (facts !== undefined) return { record, facts };
  }
  return undefined;
}

/**
 * The entry in the store that explains the most. A store that sorts has the newest entries first,
 * and is read only as far as {@link MAX_ENTRIES}. Any other store is read to the end.
 */
export async function nearest(store: Reads, call: NewCall): Promise<Baseline | undefined> {
  let best: { known: Known; points: number } | undefined;
  let last = Infinity;
  let isSorted = true;
  let read = 0;
  for await (const record of store.entries({ activityType: call.activityType })) {
    isSorted &&= record.storedAt <= last;
    last = record.storedAt;
    if (isSorted && ++read > MAX_ENTRIES) break;
    if (record.key === call.key || record.storedAt > (call.storedAt ?? Infinity)) continue;
    const facts = readFacts(record.header);
    if (facts === undefined) continue;
    const points = pointsOf(facts, call);
    if (best !== undefined && best.points > points) continue;
    if (best?.points === points && best.known.record.storedAt >= record.storedAt) continue;
    best = { known: { record, facts }, points };
    if (isSorted && points >= SAME_CALL) break;
  }
  return best && { ...best.known, chosen: best.points >= SAME_CALL ? 'same call' : 'most equal' };
}

const SAME_CALL = 1_000_000;

function pointsOf(facts: EntryFacts, { activityId, workflowType, runId, facts: current }: NewCall): number {
  const { origin } = facts;
  const isSame =
    workflowType !== undefined &&
    origin.workflowType === workflowType &&
    origin.activityId === activityId &&
    origin.runId !== runId;
  // Several entries of the same call are equally good, and the newest of them is taken.
  return isSame ? SAME_CALL : likeness(current, facts);
}

/**
 * The last runs of the same Workflow type. Temporal knows them, so the store need not be searched
 * for what the same call had before, and hits are found too.
 */
export class EarlierRuns {
  private reports?: Promise<CacheReport[]>;

  constructor(private readonly handle: WorkflowHandle) {}

  async sameCall(store: Reads, { activityType, activityId, key }: NewCall): Promise<Baseline | undefined> {
    for (const { rows } of await (this.reports ??= this.read())) {
      const row = rows.find((one) => one.activityType === activityType && one.activityId === activityId);
      const known = row && row.key !== key && row.key !== '' ? await entryOf(store, row.key) : undefined;
      if (known !== undefined) return { ...known, chosen: 'same call' };
    }
    return undefined;
  }

  private async read(): Promise<CacheReport[]> {
    const { type, startTime, runId } = await this.handle.describe();
    const { client } = this.handle;
    const query = `WorkflowType = ${quoted(type)} AND StartTime <= ${quoted(startTime.toISOString())}`;
    const reports: CacheReport[] = [];
    for await (const run of client.list({ query })) {
      if (run.runId === runId) continue;
      reports.push(await cacheReport(client.getHandle(run.workflowId, run.runId)));
      if (reports.length === MAX_RUNS) break;
    }
    return reports;
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
