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
 * Registers the tests that every `CacheStore` must pass, as one `describe` block. A new store needs
 * no more than this:
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
 * Needs `describe`, `test` and `expect` in the global scope: jest, or vitest with `globals: true`.
 * If an operation takes a millisecond, no test takes longer than a second. Every store that is
 * opened is closed again, also after a failed test.
 *
 * The suite does not test several processes, kills, a full disk, or a lost connection. Only your
 * own tests can cause these.
 *
 * @throws `Error` if the test functions are missing, if `sections` is empty, or if `sections`
 *   names a section that the suite does not have
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

/** The sections by name, in the order in which they run. */
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
