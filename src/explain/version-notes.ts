/**
 * What each automatic version was made of, kept in the store once for each version, so that two
 * versions can be compared later.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { digester, shortDigest } from '../key/key';
import { answersOf, automaticVersion, isTexts, type PolicyAnswer } from '../key/version/policy';
import type { Policy } from '../policy/resolve';
import type { CacheStore, Note } from '../store/store';
import { VERSIONS } from '../wire/names';

/** A version of an Activity type. Without the scope, another scope could not be pruned alone. */
export interface VersionOf {
  scope: string;
  activityType: string;
  version: string;
}

interface VersionNote extends VersionOf {
  /** The format of the note. */
  v: 1;
  policies: PolicyAnswer[];
}

/** A note is written again after this time, because `prune` may have removed it. */
const RENEW_MS = 3_600_000;
/** The age at which `prune` removes a note that no entry needs. Its entry may not be stored yet. */
const UNUSED_MS = 2 * RENEW_MS;
/** How long a call waits for policies to say what a version is made of. */
const PATIENCE_MS = 2_000;
/** The number of versions that a process remembers. */
const MAX_VERSIONS = 1_000;

const digest = digester();

/** A hash, because the name of a note must fit into an index. */
const nameOf = ({ scope, activityType, version }: VersionOf): string =>
  VERSIONS + shortDigest(digest, JSON.stringify([scope, activityType, version]));

type Notes = Pick<CacheStore, 'note' | 'notes'>;

export class VersionNotes {
  private readonly written = new Map<string, { at: number; policies: PolicyAnswer[] | undefined }>();

  constructor(
    private readonly store: { note(name: string, text: string): Promise<void> },
    private readonly secret?: string,
  ) {}

  /**
   * Keeps what a version is made of, at most once an hour. The store reports its own failures.
   * Never rejects, and takes no longer than {@link PATIENCE_MS} and the store's timeout.
   * @returns the error of a policy that failed, or that did not answer
   */
  async keep(of: VersionOf, policy: Policy): Promise<unknown> {
    if (policy.behavior !== 'auto') return undefined;
    try {
      await this.write(of, policy);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  private async write(of: VersionOf, { policies, salt, fn }: Policy): Promise<void> {
    const name = nameOf(of);
    const last = this.written.get(name);
    const at = performance.now();
    if (last !== undefined && at - last.at < RENEW_MS) return;
    this.written.delete(name);
    this.written.set(name, { at, policies: last?.policies });
    if (this.written.size > MAX_VERSIONS) this.written.delete(this.written.keys().next().value!);
    const parameters = { fn, activityType: of.activityType };
    const asked = answersOf(policies, salt, parameters, this.secret);
    const answers = await Promise.race([asked, sleep(PATIENCE_MS, undefined, { ref: false })]);
    if (answers === undefined) throw new Error(`getPieces gave no answer within ${PATIENCE_MS} ms`);
    // A file or a variable may have changed while the call ran.
    if ((await automaticVersion(policies, salt, parameters)) !== of.version) {
      this.written.delete(name);
      return;
    }
    this.written.set(name, { at, policies: answers });
    await this.store.note(name, JSON.stringify({ v: 1, ...of, policies: answers } satisfies VersionNote));
  }

  /** What this process has kept of a version. */
  known(of: VersionOf): PolicyAnswer[] | undefined {
    return this.written.get(nameOf(of))?.policies;
  }
}

/** What a version was made of. Undefined if it was not automatic, or is not kept any more. */
export async function readVersion(
  store: Pick<CacheStore, 'notes'>,
  of: VersionOf,
): Promise<PolicyAnswer[] | undefined> {
  const [note] = await store.notes(nameOf(of));
  return note && parse(note)?.policies;
}

/** Removes the notes of versions that have no entry any more. */
export async function forgetUnusedVersions(store: Notes & Pick<CacheStore, 'stats'>): Promise<void> {
  for (const note of await store.notes(VERSIONS)) {
    if (note.ageMs < UNUSED_MS) continue;
    const found = parse(note);
    if (found !== undefined) {
      const { scope, activityType, version } = found;
      if ((await store.stats({ scope, activityType, version })).entries > 0) continue;
    }
    await store.note(note.name, undefined);
  }
}

function parse({ text }: Note): VersionNote | undefined {
  try {
    const found = JSON.parse(text) as VersionNote;
    return found.v === 1 && Array.isArray(found.policies) && found.policies.every(isAnswer)
      ? found
      : undefined;
  } catch {
    return undefined; // Not a note of this version.
  }
}

function isAnswer(found: Partial<PolicyAnswer> | null): boolean {
  if (typeof found?.name !== 'string' || typeof found.answer !== 'string') return false;
  return found.pieces === undefined || isTexts(found.pieces);
}
