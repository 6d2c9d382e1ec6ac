import { closing } from './contract/closing';
import { entries } from './contract/entries';
import { floors } from './contract/floors';
import type { CacheStoreHarness, ContractSection } from './contract/harness';
import { invalidation } from './contract/invalidation';
import { listing } from './contract/listing';
import { notes } from './contract/notes';
import { pruning } from './contract/pruning';
import { removal } from './contract/removal';
import { type SceneTests, sceneTests } from './contract/scene';
import { selecting } from './contract/selecting';
import { tickets } from './contract/tickets';
import { time } from './contract/time';
import { unlisted } from './contract/unlisted';
import { use } from './contract/use';
import { testGlobals } from './test-globals';

/**
 * Registers the tests that every `CacheStore` must pass, as one `describe` block. All there is to say about a new store:
 *
 * ```ts
 * import { mkdtempSync, rmSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { cacheStoreContract } from 'temporal-activity-cache/testing';
 * import { FileStore } from './file-store';
 *
 * const folder = mkdtempSync(join(tmpdir(), 'file-store-'));
 * let files = 0;
 * const newest = () => join(folder, `${files}.db`);
 * afterAll(() => rmSync(folder, { recursive: true }));
 *
 * cacheStoreContract('FileStore', {
 *   open: async ({ clock }) => {
 *     files++; // a place of its own for each test
 *     return new FileStore(newest(), { clock });
 *   },
 *   reopen: async ({ clock }) => new FileStore(newest(), { clock }),
 * });
 * ```
 *
 * Needs `describe`, `test` and `expect` in the global scope: jest, or vitest with `globals: true`. No test takes longer than a
 * second where an operation takes a millisecond. Every store that is opened is closed again, also after a failed test.
 *
 * Not held by this suite, because only a test of your own can bring it about: several processes, kills, a full disk, a lost
 * connection.
 *
 * @throws `Error` where the test functions are missing, or where `sections` has none of the suite, or one that it does not have
 */
export function cacheStoreContract(name: string, harness: CacheStoreHarness): void {
  const { describe } = testGlobals();
  const all = sectionsFor(harness);
  const { sections: names = Object.keys(all) as ContractSection[] } = harness;
  const chosen = names.map((section) => all[section]);
  if (chosen.length === 0 || chosen.includes(undefined))
    throw new Error(`sections: ${JSON.stringify(names)} are not some of ${Object.keys(all).join(', ')}`);
  describe(`${name} keeps the contract of a cache store: it`, () => {
    for (const { promise, register } of chosen as Section[]) {
      describe(promise, () => register(sceneTests(harness)));
    }
  });
}

interface Section {
  promise: string;
  register: (tests: SceneTests) => void;
}

/** By their names, in the order in which they run. */
function sectionsFor({ lists }: CacheStoreHarness): Partial<Record<ContractSection, Section>> {
  return {
    entries: { promise: 'keeps entries whole', register: entries },
    tickets: { promise: 'orders executions by tickets', register: tickets },
    floors: { promise: 'covers by a floor what its selector says, and nothing else', register: floors },
    invalidation: { promise: 'forgets for good what was invalidated', register: invalidation },
    ...(lists === false
      ? { listing: { promise: 'cannot list, and says so', register: unlisted } }
      : {
          listing: { promise: 'lists what counts', register: listing },
          selecting: { promise: 'invalidates exactly what a filter means', register: selecting },
          use: { promise: 'knows what was used, and how much there is', register: use },
          pruning: { promise: 'prunes what nobody will want', register: pruning },
          removal: { promise: 'lets nothing older in where it has pruned', register: removal },
        }),
    notes: { promise: 'keeps notes', register: notes },
    time: { promise: 'tells the time by its own clock', register: time },
    closing: { promise: 'is closed for good', register: closing },
  };
}
