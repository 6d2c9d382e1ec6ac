/** Explains calls: why each was a hit or a miss, down to the input's path or the file. */
import type { WorkflowHandle } from '@temporalio/client';
import { damageOf, decodeEntry, type EntryFacts } from '../entry';
import { CacheOptionsError } from '../errors';
import { cacheReport } from '../report/report';
import type { CacheReportRow } from '../wire/report-rows';
import { answersOf } from '../key/version/policy';
import type { Policy } from '../policy/resolve';
import type { BypassReason, CacheStatus, RunReason } from '../wire/outcome';
import type { CacheStore, EntryFilter, Subject } from '../store/store';
import { type Baseline, type ComparedEntry, EarlierRuns, entryOf, nearest, type NewCall } from './baseline';
import { type Difference, differencesBetween, differsInCode, inShort, type KeyFacts } from './difference';
import { invalidationOf } from './invalidations';
import { verdictOf } from './verdict';
import { readVersion } from './version-notes';

/** Why one call was a hit or a miss. No value is in it. */
export interface Explanation {
  activityType: string;
  /** Undefined for a call that was not made, and for an entry. */
  activityId?: string;
  key: string;
  /** As in a report. `'miss'`: a call that was not made would run. */
  verdict: CacheStatus | 'miss';
  why?: RunReason;
  /** The reason as a sentence. */
  reason: string;
  /** What can be done. */
  fix?: string;
  /** The entry that the key was compared with. Undefined if there is none, or no need of one. */
  against?: ComparedEntry;
  /** What differs from that entry. */
  differences: Difference[];
}

/** A call that was not made: its key, and the options that a look-up goes by. */
export interface AskedCall {
  subject: Subject;
  tags: readonly string[];
  facts: KeyFacts;
  policy: Pick<Policy, 'ttlMs' | 'hitIf' | 'policies' | 'salt' | 'fn' | 'behavior'>;
}

/** What is asked of a store. */
export type Reads = Pick<CacheStore, 'entries' | 'look' | 'notes'>;

export type Unseal = (sealed: string, namespace: string) => Promise<Record<string, string> | undefined>;

/** More rows than people read. */
const MAX_DETAILS = 100;

export class Explainer {
  /**
   * @param store - is only read
   * @param unseal - reads digests of inputs that codecs have sealed. Default: they stay unread
   */
  constructor(
    private readonly store: Reads,
    private readonly secret?: string,
    private readonly unseal?: Unseal,
  ) {}

  /** Explains the completed calls of a run, or one of them. */
  async run(handle: WorkflowHandle, activityId?: string): Promise<Explanation[]> {
    const { rows } = await cacheReport(handle);
    const asked = rows.filter((row) => activityId === undefined || row.activityId === activityId);
    if (asked.length === 0 && activityId !== undefined)
      throw new CacheOptionsError(
        `explain: the run has no cached call with the Activity id '${activityId}' that has completed`,
      );
    const earlier = new EarlierRuns(handle);
    const all: Explanation[] = [];
    for (const row of asked) all.push(await this.row(row, earlier));
    return all;
  }

  /**
   * Adds to the rows of new keys what is new, in short: the first of them, because each row asks
   * the store.
   */
  async details(handle: WorkflowHandle, rows: readonly CacheReportRow[]): Promise<CacheReportRow[]> {
    const earlier = new EarlierRuns(handle);
    let left = MAX_DETAILS;
    const all: CacheReportRow[] = [];
    for (const row of rows) {
      const isNew = row.why === 'new' && row.detail === undefined && row.key !== '' && left-- > 0;
      const detail = isNew ? inShort((await this.row(row, earlier)).differences) : '';
      all.push(detail === '' ? row : { ...row, detail });
    }
    return all;
  }

  private async row(row: CacheReportRow, earlier: EarlierRuns): Promise<Explanation> {
    const { activityType, activityId, key, status: verdict, why } = row;
    const found = { activityType, activityId, key, verdict, why, ...verdictOf(row), differences: [] };
    const current = key === '' ? undefined : await entryOf(this.store, key);
    if (why === 'invalidated' && current !== undefined) {
      const by = await invalidationOf(this.store, current.record);
      return by === undefined ? found : { ...found, reason: `${found.reason}: ${callOf(by)}` };
    }
    // A result that was not stored has no entry.
    if (why !== 'new' || (current === undefined && verdict === 'unstored')) return found;
    if (current === undefined) return { ...found, reason: `${found.reason}, and ${GONE}` };
    const { workflowType, runId } = current.facts.origin;
    const facts = await this.factsOf(current.facts, current.record.scope);
    const call = { activityType, activityId, key, facts, workflowType, runId };
    const near = await nearest(this.store, { ...call, storedAt: current.record.storedAt });
    if (near !== undefined && differsInCode(facts, near.facts)) return this.compared(found, facts, near);
    // Temporal may list a run some time after its end, so that this may find less than there is.
    const same = await earlier.sameCall(this.store, call);
    return this.compared(found, facts, same ?? near);
  }

  /** Explains what a call would find that is not made. */
  async call({ subject, tags, facts: { version, parts, inputs }, policy }: AskedCall): Promise<Explanation> {
    const { key, activityType } = subject;
    const { ttlMs = Infinity, behavior, policies, salt, fn } = policy;
    const answer = (verdict: 'hit' | 'miss', why?: RunReason, detail?: string): Explanation => {
      const verdictAs = verdict === 'hit' ? 'hit' : 'stored';
      const row = { activityType, activityId: '', key, version: '', status: verdictAs, why, detail } as const;
      return { activityType, key, verdict, ...(why && { why }), ...verdictOf(row), differences: [] };
    };
    const look = await this.store.look(subject);
    if (look.found !== undefined) {
      const entry = decodeEntry(key, look.found, this.secret);
      if (entry === undefined) return answer('miss', 'damaged', damageOf(look.found, key));
      const end = look.found.startedAt + Math.min(ttlMs, entry.facts.ttlMs ?? Infinity);
      if (look.now >= end) return answer('miss', 'expired', `since ${new Date(end).toISOString()}`);
      const hit = answer('hit');
      if (policy.hitIf === undefined) return hit;
      return { ...hit, reason: `${hit.reason}, if 'hitIf' accepts it, which is not asked here` };
    }
    if (look.why === 'invalidated') {
      const by = await invalidationOf(this.store, { ...subject, tags });
      return answer('miss', 'invalidated', by && callOf(by));
    }
    const made =
      behavior === 'auto'
        ? await answersOf(policies, salt, { fn, activityType }, this.secret).catch(() => undefined)
        : undefined;
    const facts: KeyFacts = { version, parts, inputs, policies: made };
    const newCall: NewCall = { activityType, key, facts };
    return this.compared(answer('miss', 'new'), facts, await nearest(this.store, newCall));
  }

  /**
   * Compares two entries.
   * @throws {@link CacheOptionsError} if one of them is not in the store
   */
  async keys(key: string, against: string): Promise<Explanation> {
    const [current, other] = [await this.entry(key), await this.entry(against)];
    const { activityType } = current.facts;
    const reason = 'these are two keys';
    const found: Explanation = { activityType, key, verdict: 'stored', reason, differences: [] };
    const facts = await this.factsOf(current.facts, current.record.scope);
    return this.compared(found, facts, { ...other, chosen: 'given' });
  }

  /** Explains an entry: how its key differs from those before it. */
  async key(key: string): Promise<Explanation> {
    const { record, facts } = await this.entry(key);
    const { activityType, origin } = facts;
    const compared = await this.factsOf(facts, record.scope);
    const { workflowType, activityId, runId } = origin;
    const call = { activityType, key, facts: compared, workflowType, activityId, runId };
    const found = {
      activityType,
      key,
      verdict: 'stored' as const,
      ...verdictOf(STORED_NEW),
      differences: [],
    };
    return this.compared(found, compared, await nearest(this.store, { ...call, storedAt: record.storedAt }));
  }

  private async entry(key: string) {
    const found = await entryOf(this.store, key);
    if (found === undefined) throw new CacheOptionsError(`explain: no entry has the key ${key}`);
    return found;
  }

  private async compared(
    found: Explanation,
    facts: KeyFacts,
    baseline: Baseline | undefined,
  ): Promise<Explanation> {
    if (baseline === undefined)
      return {
        ...found,
        reason: `${found.reason}, and '${found.activityType}' has no earlier result in this store`,
      };
    const { record, chosen } = baseline;
    const { workflowId, activityId } = baseline.facts.origin;
    const { key, version } = record;
    const storedAt = new Date(record.storedAt).toISOString();
    const ageMs = Math.max(0, record.now - record.storedAt);
    return {
      ...found,
      against: { key, version, workflowId, activityId, storedAt, ageMs, chosen },
      differences: differencesBetween(await this.factsOf(baseline.facts, record.scope), facts),
    };
  }

  /** The facts in an entry's header, with what its version was made of. */
  private async factsOf(facts: EntryFacts, scope: string): Promise<KeyFacts> {
    const { activityType, version, parts, sealedInputs, origin } = facts;
    const unsealed = sealedInputs && (await this.unseal?.(sealedInputs, origin.namespace));
    const inputs = facts.inputs ?? (unsealed || undefined);
    return {
      version,
      parts,
      inputs,
      policies: await readVersion(this.store, { scope, activityType, version }),
    };
  }
}

const GONE = 'its own entry is not in the store now, so it cannot be compared';

const STORED_NEW = {
  status: 'stored',
  why: 'new',
  activityType: '',
  activityId: '',
  key: '',
  version: '',
} as const;

/** The explanation of a call that has no key. */
export function explanationOf(activityType: string, reason: BypassReason, detail?: string): Explanation {
  const row = {
    activityType,
    activityId: '',
    key: '',
    version: '',
    status: 'bypassed',
    reason,
    detail,
  } as const;
  return { activityType, key: '', verdict: 'bypassed', ...verdictOf(row), differences: [] };
}

/** A call of `invalidate` as a user would write it. */
function callOf({ filter, at }: { filter: EntryFilter; at: string }): string {
  const { activityType: activity, tag, version, key, olderThanMs, namespace } = filter;
  const given = Object.entries({ activity, tag, version, key, olderThan: olderThanMs, namespace });
  const said = given.filter(([, value]) => value !== undefined).map(([name, value]) => `${name}: ${value}`);
  const isAll = said.every((one) => one.startsWith('namespace: '));
  return `by invalidate({ ${[...(isAll ? ['all: true'] : []), ...said].join(', ')} }) at ${at}`;
}
