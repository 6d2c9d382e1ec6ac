/** What a cache in a Keyv does only as best effort, in sentences for people. */
const ALWAYS = [
  "Order between processes follows their hosts' clocks, which must agree within an hour.",
  'Of two processes that store one key, or invalidate the same thing, at the same instant, the one that writes last wins.',
  'Two processes that claim or note a name for the first time within some milliseconds may not see one another.',
  'A place that drops records on its own (LRU, Redis with an eviction policy) can bring back what was invalidated.',
];

const LISTING =
  'Lists, statistics, pruning and counting what was invalidated read through all records, in no order.';

const NO_LISTING =
  'The adapter has no iterator: no lists, no statistics, no pruning, and invalidations only by key, tag, activity, version and scope, uncounted but by key.';

export const limitsOf = (lists: boolean): readonly string[] => [...ALWAYS, lists ? LISTING : NO_LISTING];
