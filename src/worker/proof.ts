/**
 * Signs the entry under which the result of a whole Workflow will be stored. The entry comes from a
 * look-up and travels in headers, which any client that can start a Workflow may write. So the
 * look-up signs it, for that chain of runs only, with a key that only Workers of this store know.
 */
import { SIGNING_KEY } from '../wire/names';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { PendingEntry } from '../wire/questions';
import type { GuardedStore } from '../store/guard';

/** The signed data: what the entry is found by, and what it replaces. */
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

  /**
   * Loads the key before anything depends on it.
   * @throws {CacheStoreError} if the store cannot provide the key
   */
  async ready(): Promise<void> {
    await this.signingKey();
  }

  /** @throws {CacheStoreError} if the store cannot provide the key */
  async of(signed: Signed): Promise<string> {
    const { namespace, activityType, chain, key, version, ticket, startedAt } = signed;
    const text = JSON.stringify([namespace, activityType, chain, key, version, ticket, startedAt]);
    return createHmac('sha256', await this.signingKey())
      .update(text)
      .digest('base64url');
  }

  /** @throws {CacheStoreError} if the store cannot provide the key */
  async holds(proof: unknown, signed: Signed): Promise<boolean> {
    const [given, right] = [String(proof), await this.of(signed)].map((text) => Buffer.from(text));
    return given!.length === right!.length && timingSafeEqual(given!, right!);
  }

  private async signingKey(): Promise<string> {
    this.key ??= this.secret ?? (await this.store.claim(SIGNING_KEY, randomBytes(32).toString('base64url')));
    return this.key;
  }
}
