/**
 * What a whole Workflow brings back to have its result stored, it was told by a look-up; on its way it lies in headers, which whoever may start
 * a Workflow may write. So the look-up signs it, for that chain of runs alone, with a key that only Workers of this store know.
 */
import { SIGNING_KEY } from '../wire/names';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { PendingEntry } from '../wire/questions';
import type { GuardedStore } from '../store/guard';

/** What the entry will be found by, and what it is stored over. */
export type Signed = Pick<PendingEntry, 'key' | 'version' | 'ticket' | 'startedAt'> & {
  namespace: string;
  activityType: string;
  chain: string;
};

export class Proofs {
  private key?: string;

  constructor(
    private readonly store: Pick<GuardedStore, 'claim'>,
    private readonly secret: string | undefined,
  ) {}

  /** Before anything depends on it. @throws {CacheStoreError} the store cannot say the key */
  async ready(): Promise<void> {
    await this.signingKey();
  }

  /** @throws {CacheStoreError} the store cannot say the key */
  async of(signed: Signed): Promise<string> {
    const { namespace, activityType, chain, key, version, ticket, startedAt } = signed;
    const text = JSON.stringify([namespace, activityType, chain, key, version, ticket, startedAt]);
    return createHmac('sha256', await this.signingKey())
      .update(text)
      .digest('base64url');
  }

  /** @throws {CacheStoreError} the store cannot say the key */
  async holds(proof: unknown, signed: Signed): Promise<boolean> {
    const [given, right] = [String(proof), await this.of(signed)].map((text) => Buffer.from(text));
    return given!.length === right!.length && timingSafeEqual(given!, right!);
  }

  private async signingKey(): Promise<string> {
    this.key ??= this.secret ?? (await this.store.claim(SIGNING_KEY, randomBytes(32).toString('base64url')));
    return this.key;
  }
}
