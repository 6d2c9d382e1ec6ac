import type { CacheStore, StoreTime } from '../../store/store';

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

  /** The store takes the time from a server and no `clock`: it is tested only that times follow one another. Default `false`. */
  ownClock?: boolean;
}
