/** `stats`: the number and size of entries. */
import { emptyStats } from '../../store/sizes';
import type { CacheStore } from '../../store/store';
import { command } from '../command';
import { entries, formatBytes, formatCount, shorten } from '../format';
import { placesIn, REACH, STORE, STORE_VARIABLES, upkeepOf, withStoreIfAny } from '../store';
import { type Column, differing } from '../table';

export const stats = command({
  name: 'stats',
  summary: 'Count entries and bytes, by Activity type.',
  about: 'Bytes are those of values. Of all scopes, unless one is given.',
  options: { ...REACH, ...STORE },
  examples: [
    ['stats', 'what the store holds'],
    ['stats --scope fraud/production --json', 'of one scope, for programs'],
  ],
  variables: STORE_VARIABLES,
  async run(call) {
    const { given, screen, context } = call;
    const { scope, namespace } = given;
    const count = async (store: CacheStore) => {
      const sum = await upkeepOf(store, scope).stats({ namespace });
      if (given.json) return screen.json(sum);
      if (sum.entries === 0) return screen.say('No entries.');
      const rows = await rowsOf(store, { scope, namespace });
      const total: Row = { activityType: 'in all', ...sum };
      await screen.table(columnsOf(rows), rows.length > 1 ? [...rows, total] : rows);
      const { stale } = sum;
      if (stale.entries === 0) return;
      await screen.print();
      await screen.print(
        `Past the ttl: ${entries(stale.entries)}, ${formatBytes(stale.bytes)}; ${context.program} prune frees them`,
      );
    };
    await withStoreIfAny(call, count, () => (given.json ? screen.json(emptyStats()) : undefined));
  },
});

interface Row {
  /** Undefined means all scopes. */
  scope?: string;
  namespace?: string;
  activityType: string;
  entries: number;
  bytes: number;
}

async function rowsOf(store: CacheStore, reach: { scope?: string; namespace?: string }): Promise<Row[]> {
  const rows: Row[] = [];
  for (const scope of reach.scope === undefined ? await placesIn(store) : [reach.scope]) {
    for (const namespace of reach.namespace === undefined
      ? await placesIn(store, scope)
      : [reach.namespace]) {
      const { byActivity } = await upkeepOf(store, scope).stats({ namespace });
      const types = Object.entries(byActivity).sort(([, a], [, b]) => b.bytes - a.bytes);
      rows.push(...types.map(([activityType, size]) => ({ scope, namespace, activityType, ...size })));
    }
  }
  return rows;
}

const columnsOf = (rows: readonly Row[]): Column<Row>[] => [
  ...differing(rows),
  { head: 'ACTIVITY', cell: ({ activityType }) => shorten(activityType, 60) },
  { head: 'ENTRIES', right: true, cell: (row) => formatCount(row.entries) },
  { head: 'SIZE', right: true, cell: ({ bytes }) => formatBytes(bytes) },
];
