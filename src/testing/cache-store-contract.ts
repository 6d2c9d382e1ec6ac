import { closing } from './contract/closing';
import { entries } from './contract/entries';
import { floors } from './contract/floors';
import type { CacheStoreHarness } from './contract/harness';
import { invalidation } from './contract/invalidation';
import { listing } from './contract/listing';
import { notes } from './contract/notes';
import { pruning } from './contract/pruning';
import { removal } from './contract/removal';
import { sceneTests } from './contract/scene';
import { selecting } from './contract/selecting';
import { tickets } from './contract/tickets';
import { time } from './contract/time';
import { unlisted } from './contract/unlisted';
import { use } from './contract/use';
import { testGlobals } from './test-globals';

/**
 * Registers the tests that every {@link CacheStore} must pass, as one `describe` block. All there is to say about a new store:
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
 * @throws where the test functions are missing
 */
export function cacheStoreContract(name: string, harness: CacheStoreHarness): void {
  const { describe } = testGlobals();
  const sections = {
    'keeps entries whole': entries,
    'orders executions by tickets': tickets,
    'covers by a floor what its selector says, and nothing else': floors,
    'forgets for good what was invalidated': invalidation,
    ...(harness.lists === false
      ? { 'cannot list, and says so': unlisted }
      : {
          'lists what counts': listing,
          'invalidates exactly what a filter means': selecting,
          'knows what was used, and how much there is': use,
          'prunes what nobody will want': pruning,
          'lets nothing older in where it has pruned': removal,
        }),
    'keeps notes': notes,
    'tells the time by its own clock': time,
    'is closed for good': closing,
  };
  describe(`${name} keeps the contract of a cache store: it`, () => {
    for (const [promise, register] of Object.entries(sections)) {
      describe(promise, () => register(sceneTests(harness)));
    }
  });
}
