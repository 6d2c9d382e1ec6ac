import type { CacheStore, StoreTime } from '../../store/store';

/**
 * A part of the contract:
 *
 * - `entries`: entries come back whole
 * - `tickets`: executions are ordered
 * - `floors`: floors cover what they mean
 * - `invalidation`: invalidated entries stay invalidated
 * - `listing`: valid entries are listed, or the store throws because it cannot list
 * - `selecting`: filters select what they mean
 * - `use`: uses are recorded
 * - `pruning`: space is freed
 * - `removal`: nothing older comes back after pruning
 * - `notes`: notes are kept
 * - `time`: times come from the store
 * - `closing`: a closed store throws
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

/** Gives the contract suite the stores that it tests. */
export interface CacheStoreHarness {
  /**
   * Opens a new store on an empty place, which contains nothing of another test.
   * @param options.clock - the clock that the store must use, in milliseconds since 1970
   */
  open(options: { clock: () => StoreTime }): Promise<CacheStore>;

  /**
   * Opens another store object on the place that was opened last, as a second process, or the next
   * one, would do. Omit this method if a place cannot be shared and does not outlive its store. The
   * tests that need it are then left out.
   */
  reopen?(options: { clock: () => StoreTime }): Promise<CacheStore>;

  /**
   * Whether the store takes the time from a server, and not from `clock`. Tests then wait for a
   * later time instead of setting the clock forward, and leave out what needs another time. Default
   * `false`.
   */
  ownClock?: boolean;

  /**
   * How the store lists its entries: `'newest first'` (default), `'in any order'`, or not at all
   * (`false`). If `false`, `entries`, `stats`, `prune`, and invalidations by filters without a
   * floor must fail with an `Error`, and `invalidate` answers `entries: undefined`, except for a
   * key.
   */
  lists?: 'newest first' | 'in any order' | false;

  /**
   * The sections to test. Default: all of them, which a released store needs. Fewer sections are
   * for a variant of a store that passes all of them, such as another serialiser: the sections that
   * the difference can break. If `lists` is `false`, there are no sections `selecting`, `use`,
   * `pruning` and `removal`.
   */
  sections?: readonly ContractSection[];
}
