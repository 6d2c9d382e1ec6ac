/** Finds the earlier result with which a new key is compared. */
import type { WorkflowHandle } from '@temporalio/client';
import { type EntryFacts, readFacts } from '../entry';
import { type CacheReport, cacheReport } from '../report/report';
import type { CacheStore, EntryRecord } from '../store/store';
import { differsInCode, type KeyFacts, likeness } from './difference';

/** An entry with the facts in its header. */
export interface Known {
  record: EntryRecord;
  facts: EntryFacts;
}

/** The entry that a key was compared with. */
export interface ComparedEntry {
  key: string;
  version: string;
  workflowId?: string;
  activityId?: string;
  /** In ISO 8601, on the store's clock. */
  storedAt: string;
  /** The time since then, in milliseconds. */
  ageMs: number;
  /**
   * Why this entry was chosen: the last result of the same inputs, if the code is all that differs,
   * since it would be the hit if the code were the same. Else the last result of the same call in a
   * run of the same Workflow type, or the entry with the most equal parts. Or the user names it.
   */
  chosen: 'same inputs' | 'same call' | 'most equal' | 'given';
}

export interface Baseline extends Known {
  chosen: ComparedEntry['chosen'];
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
    const known = { record, facts };
    const points = pointsOf(facts, call);
    if (best !== undefined && best.points > points) continue;
    if (best?.points === points && !isNewer(known, best.known)) continue;
    best = { known, points };
    if (isSorted && points === OTHER_CODE) break;
  }
  return best && { ...best.known, chosen: CHOSEN[best.points] ?? 'most equal' };
}

const SAME_CALL = 1_000_000;

/** A parent starts a child for each input, so the same call may have had other inputs. */
const OTHER_CODE = 2 * SAME_CALL;

const CHOSEN: Readonly<Record<number, ComparedEntry['chosen']>> = {
  [SAME_CALL]: 'same call',
  [OTHER_CODE]: 'same inputs',
};

/** The newest of several equally good entries is taken. */
function pointsOf(facts: EntryFacts, call: NewCall): number {
  if (differsInCode(call.facts, facts)) return OTHER_CODE;
  return isSameCall(facts, call) ? SAME_CALL : likeness(call.facts, facts);
}

const isSameCall = ({ origin }: EntryFacts, { activityId, workflowType, runId }: NewCall): boolean =>
  workflowType !== undefined &&
  origin.workflowType === workflowType &&
  origin.activityId === activityId &&
  origin.runId !== runId;

const isNewer = (one: Known, other: Known): boolean =>
  one.record.storedAt > other.record.storedAt ||
  (one.record.storedAt === other.record.storedAt && one.facts.ticket > other.facts.ticket);

/**
 * The last runs of the same Workflow type, as Temporal lists them. Their reports have what the same
 * call had before, also if that was a hit, of which the store knows no call.
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
