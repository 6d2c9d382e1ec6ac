import type { CacheStore, StoreTime } from '../../store/store';

/**
 * A part of the contract: entries come back whole (`entries`), executions are ordered (`tickets`), floors cover what they mean (`floors`), what
 * was invalidated stays so (`invalidation`), what counts is listed, or the store says that it cannot (`listing`), filters mean what they say
 * (`selecting`), uses are known (`use`), space is freed (`pruning`), nothing older comes back after that (`removal`), notes are kept (`notes`), times come
 * from the store (`time`), a closed store says so (`closing`).
 */
export type ContractSection =
  | 'entries'
  | 'tickets'
  | 'floors'
  | 'invalidation'
  | 'listing'
  | 'selecting'
  | 'use'
  | 'pruning'
  | 'removal'
  | 'notes'
  | 'time'
  | 'closing';

/** How the contract suite gets the stores it tests. */
export interface CacheStoreHarness {
  /**
   * A new store on an empty place: nothing of another test is in it.
   * @param options.clock - what the store must take as its clock, in milliseconds since 1970
   */
  open(options: { clock: () => StoreTime }): Promise<CacheStore>;

  /**
   * Another store object on the place that was opened last, as a second process, or the next one, would have it.
   * Leave it out where a place cannot be shared and does not outlive its store; the tests that need it are left out then.
   */
  reopen?(options: { clock: () => StoreTime }): Promise<CacheStore>;

  /**
   * The store takes the time from a server and no `clock`: tests wait until it shows a later time, where they would set it forward, and
   * leave out what needs another one. Default `false`.
   */
  ownClock?: boolean;

  /**
   * How the store lists its entries: `'newest first'` (default), `'in any order'`, or not at all (`false`). In the last case `entries`, `stats`,
   * `prune`, and invalidations by filters without a floor must fail with an `Error`, and `invalidate` answers `entries: undefined`, but
   * for a key.
   */
  lists?: 'newest first' | 'in any order' | false;

  /**
   * The sections to hold the store to. Default: all of them, which a store that is released needs. Fewer are for a variant of one that is held to
   * all elsewhere, such as another serialiser: those that the difference can break. Where `lists` is `false` there are no `selecting`, `use`,
   * `pruning` and `removal`.
   */
  sections?: readonly ContractSection[];
}
