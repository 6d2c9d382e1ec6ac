/** What a cache in a Keyv does only as best effort, in sentences for people. */
const ALWAYS = [
  "Order between processes follows their hosts' clocks, which must agree within an hour.",
  'If two processes store one key, or invalidate the same thing, at the same instant, the last write wins.',
  'Two processes that claim or note a name for the first time at the same time may not see each other.',
  'A Keyv that drops records on its own (LRU, Redis with an eviction policy) can revive invalidated results.',
];

const LISTING =
  'Lists, statistics, pruning and counting what was invalidated read through all records, in no order.';

const NO_LISTING =
  'The adapter has no iterator: no lists, no statistics and no pruning. Invalidations work only by key, ' +
  'tag, activity, version and scope, and are counted only by key.';

export const limitsOf = (lists: boolean): readonly string[] => [...ALWAYS, lists ? LISTING : NO_LISTING];
