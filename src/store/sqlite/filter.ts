/** A filter as a condition on `entries e`. */
import type { EntryFilter, StoreTime } from '../store';
import { LAST } from './statements';

export interface Condition {
  sql: string;
  parameters: unknown[];
}

const COLUMNS = {
  scope: 'scope',
  namespace: 'namespace',
  key: 'key',
  activityType: 'activity_type',
  version: 'version',
} as const;

export function conditionOf(filter: EntryFilter, now: StoreTime): Condition {
  const parts: string[] = ['e.gone_at IS NULL'];
  const parameters: unknown[] = [];
  const add = (sql: string, ...values: unknown[]): void => {
    parts.push(sql);
    parameters.push(...values);
  };
  for (const [field, column] of Object.entries(COLUMNS)) {
    const value = filter[field as keyof typeof COLUMNS];
    if (value !== undefined) add(`e.${column} = ?`, value);
  }
  const { keyPrefix, tag, olderThanMs } = filter;
  // Hex digits end with f.
  if (keyPrefix !== undefined) add('e.key >= ? AND e.key < ?', keyPrefix, `${keyPrefix}g`);
  if (tag !== undefined)
    add(`e.key IN (SELECT key FROM tags WHERE ${tagged(filter).sql})`, ...tagged(filter).parameters);
  if (olderThanMs !== undefined) add('e.started_at <= ?', now - olderThanMs);
  return { sql: parts.join(' AND '), parameters };
}

/** The part of a filter that the table of tags can answer. */
export function tagged(filter: EntryFilter): Condition {
  const given = (['scope', 'tag', 'namespace'] as const).filter((name) => filter[name] !== undefined);
  return {
    sql: given.map((name) => `${name} = ?`).join(' AND '),
    parameters: given.map((name) => filter[name]),
  };
}

/**
 * The condition that no pending floor covers an entry. Such entries do not count, and their results
 * are not dropped yet.
 */
export const NOT_COVERED = `NOT EXISTS (
  SELECT 1 FROM floors f WHERE f.pending = 1 AND (f.ticket >= e.ticket OR e.ticket > ${LAST})
    AND (f.key IS NULL OR f.key = e.key) AND (f.scope IS NULL OR f.scope = e.scope)
    AND (f.namespace IS NULL OR f.namespace = e.namespace)
    AND (f.activity_type IS NULL OR f.activity_type = e.activity_type)
    AND (f.version IS NULL OR f.version = e.version)
    AND (f.tag IS NULL OR EXISTS (SELECT 1 FROM json_each(e.tags) WHERE value = f.tag)))`;
