/** Finds an entry by its key, or by the beginning of its key. */
import type { CacheEntry, Upkeep } from '../upkeep/upkeep';
import type { CliContext } from './command';
import { Failure, UsageError } from './errors';

/** The options and the context that {@link findEntry} needs. */
interface FindCall {
  given: { readonly namespace: string | undefined };
  context: Pick<CliContext, 'program'>;
}

/**
 * The entry whose key begins with `said`.
 * @throws {UsageError} if several entries match, or if the text is not a key
 * @throws {Failure} if no entry matches
 */
export async function findEntry(
  upkeep: Upkeep,
  said: string,
  { given: { namespace }, context: { program } }: FindCall,
): Promise<CacheEntry> {
  const key = readKey(said);
  const found: CacheEntry[] = [];
  for await (const entry of upkeep.entries({ key, namespace })) if (found.push(entry) > MAX_NAMED) break;
  if (found.length === 1) return found[0]!;
  if (found.length === 0) {
    throw new Failure(`no entry has the key ${said}`, `${program} ls lists what there is`);
  }
  const named = found.slice(0, MAX_NAMED).map((entry) => entry.key.slice(0, key.length + 6));
  throw new UsageError(
    `${said} begins the keys of several entries: ${named.join(', ')}${found.length > MAX_NAMED ? ', …' : ''}`,
  );
}

const MAX_NAMED = 4;

/** @throws {UsageError} */
export function readKey(said: string): string {
  const key = said.replace(/…$/, '').toLowerCase(); // logs show keys this way
  if (/^[0-9a-f]{1,64}$/.test(key)) return key;
  throw new UsageError(`'${said}' is no key: a key is up to 64 digits 0-9a-f, as ls shows them`);
}
