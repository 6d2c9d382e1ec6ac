/** `ls`: the entries, newest first. */
import { shortKey } from '../../key/key';
import type { CacheStore } from '../../store/store';
import type { CacheEntry } from '../../upkeep/upkeep';
import { command } from '../command';
import { formatAge, formatBytes, formatDuration, shorten } from '../format';
import type { Screen } from '../screen';
import { readSelection, SELECTION } from '../selection';
import { REACH, STORE, STORE_VARIABLES, upkeepOf, withStoreIfAny } from '../store';
import { sayIfUnknown } from '../unknown-activity';
import { type Column, differing } from '../table';
import { wholeNumber } from '../words';

const DEFAULT_LIMIT = 100;

/**
 * The number of rows in one table, each table with its own head. Memory is bounded this way, and
 * the time of the layout grows with the square of the number of rows.
 */
const TABLE_ROWS = 100;

export const ls = command({
  name: 'ls',
  summary: 'List entries, newest first.',
  about: `The table has the newest ${DEFAULT_LIMIT}, unless --limit says otherwise; --json has all. Of all scopes, unless one is given.`,
  options: {
    ...SELECTION,
    limit: { type: 'string', value: 'N', about: 'so many at most' },
    ...REACH,
    ...STORE,
  },
  examples: [
    ['ls --activity trainModel', 'the entries of one Activity type'],
    [`ls --older-than '30 days' --json`, 'old ones, as a JSON array'],
    ['ls --store ./store.mjs --scope fraud/production', 'of one scope, in the store that a module exports'],
  ],
  variables: STORE_VARIABLES,
  async run(call) {
    const { given, screen } = call;
    const limit = given.limit === undefined ? undefined : wholeNumber('--limit', given.limit);
    const filter = readSelection(given);
    const list = async (store: CacheStore) => {
      const upkeep = upkeepOf(store, given.scope);
      const found = upkeep.entries(filter);
      if (given.json) return screen.jsonList(first(found, limit ?? Infinity));
      if (await printTables(found, limit ?? DEFAULT_LIMIT, screen)) return;
      screen.say('No entries.');
      await sayIfUnknown(given.activity, upkeep, screen);
    };
    await withStoreIfAny(call, list, () => (given.json ? screen.json([]) : undefined));
  },
});

async function* first<T>(found: AsyncIterable<T>, limit: number): AsyncGenerator<T> {
  let left = limit;
  for await (const one of found) {
    yield one;
    if (--left === 0) return;
  }
}

/** @returns whether there is an entry */
async function printTables(
  found: AsyncIterable<CacheEntry>,
  limit: number,
  screen: Screen,
): Promise<boolean> {
  let left = limit;
  let rows: CacheEntry[] = [];
  const flush = async () => {
    if (rows.length > 0) await screen.table(columnsOf(rows), rows);
    rows = [];
  };
  for await (const entry of found) {
    if (left === 0) {
      await flush();
      screen.say(`The newest ${limit}. There are more: --limit ${limit * 10}`);
      return true;
    }
    left--;
    if (rows.push(entry) === TABLE_ROWS) await flush();
  }
  await flush();
  return left < limit;
}

function columnsOf(rows: readonly CacheEntry[]): Column<CacheEntry>[] {
  const tagged = rows.some(({ tags }) => tags.length > 0);
  const columns: Column<CacheEntry>[] = [
    { head: 'KEY', cell: ({ key }) => shortKey(key) },
    ...differing(rows),
    { head: 'ACTIVITY', cell: ({ activityType }) => shorten(activityType, 40) },
    { head: 'VERSION', cell: ({ version }) => shorten(version, 12) },
    { head: 'AGE', right: true, cell: ({ ageMs }) => formatAge(ageMs) },
    { head: 'SIZE', right: true, cell: ({ bytes }) => formatBytes(bytes) },
    { head: 'TOOK', right: true, cell: ({ durationMs }) => formatDuration(durationMs) },
  ];
  if (tagged) columns.push({ head: 'TAGS', cell: ({ tags }) => shorten(tags.join(', '), 40) });
  return columns;
}
