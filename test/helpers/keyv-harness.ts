/** Places for the contract: each store object has a Keyv of its own, on the place that was opened last. */
import { Keyv, type KeyvOptions, type KeyvStoreAdapter } from 'keyv';
import { KeyvStore } from 'temporal-activity-cache';
import type { CacheStoreHarness } from 'temporal-activity-cache/testing';

export type Stored = Map<string, unknown>;

export function keyvHarness(
  options: Omit<KeyvOptions, 'store'>,
  adapt: (place: Stored) => Stored | KeyvStoreAdapter = (place) => place,
): CacheStoreHarness {
  let place: Stored = new Map();
  const reopen: CacheStoreHarness['open'] = async ({ clock }) =>
    new KeyvStore(new Keyv({ ...options, store: adapt(place) }), { clock });
  const open: typeof reopen = (opening) => {
    place = new Map();
    return reopen(opening);
  };
  return { open, reopen, lists: 'in any order' };
}
