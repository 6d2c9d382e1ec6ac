/** The contract by sections: what is left out is not tested, and what is not there is refused. */
import { MemoryStore } from 'temporal-activity-cache';
import {
  cacheStoreContract,
  type CacheStoreHarness,
  type ContractSection,
} from 'temporal-activity-cache/testing';

const open: CacheStoreHarness['open'] = async ({ clock }) => new MemoryStore(clock);

/** The promises that are registered, in their order; none of their tests runs. */
function promisesOf(harness: Partial<CacheStoreHarness>): string[] {
  const promises: string[] = [];
  const { describe, test } = globalThis;
  const only = {
    describe: (name: string, body: () => void) => (promises.push(name), body()),
    test: () => {},
  };
  Object.assign(globalThis, only);
  try {
    cacheStoreContract('', { open, ...harness });
  } finally {
    Object.assign(globalThis, { describe, test });
  }
  return promises.slice(1);
}

test('all of them, unless it is said which', () => {
  expect(promisesOf({})).toHaveLength(12);
  expect(promisesOf({ lists: false })).toHaveLength(8);
});

test('those that are named, and no others', () => {
  expect(promisesOf({ sections: ['notes', 'entries'] })).toEqual(['keeps notes', 'keeps entries whole']);
  expect(promisesOf({ sections: ['listing'], lists: false })).toEqual(['cannot list, and says so']);
});

test.each([
  [{ sections: [] }],
  [{ sections: ['note'] as unknown as ContractSection[] }],
  [{ sections: ['entries', 'pruning'] as const, lists: false as const }],
])('refused, since it would test less than it says: %j', (harness) => {
  expect(() => promisesOf(harness)).toThrow('are not some of entries, tickets, floors');
});
