import { statement } from './connection';
import { NOW } from './schema';

const LIVE = `(expires_at IS NULL OR expires_at > ${NOW})`;
const IN_RANGE = `key >= $1 AND ($2::text IS NULL OR key < $2)`;

/** @param s - the quoted schema */
export function keyValueStatements(s: string) {
  const keyv = `${s}.keyv`;
  return {
    get: statement(`SELECT key, value FROM ${keyv} WHERE key = ANY ($1::text[]) AND ${LIVE}`),
    has: statement(`SELECT key FROM ${keyv} WHERE key = ANY ($1::text[]) AND ${LIVE}`),
    /** Deletes a few expired records too. */
    set: statement(`
      WITH ended AS (
        DELETE FROM ${keyv} WHERE key = ANY (ARRAY(
          SELECT key FROM ${keyv} WHERE expires_at <= (SELECT ${NOW}) AND key <> ALL ($1::text[])
          ORDER BY expires_at LIMIT 10 FOR UPDATE SKIP LOCKED)))
      INSERT INTO ${keyv}(key, value, expires_at)
      SELECT key, value, ${NOW} + ttl FROM unnest($1::text[], $2::text[], $3::float8[]) given(key, value, ttl)
      ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at`),
    delete: statement(`DELETE FROM ${keyv} WHERE key = ANY ($1::text[]) RETURNING ${LIVE} AS live`),
    clear: statement(`
      WITH deleted AS (
        DELETE FROM ${keyv} WHERE key IN (SELECT key FROM ${keyv} WHERE ${IN_RANGE} LIMIT $3) RETURNING 1)
      SELECT count(*)::integer AS deleted FROM deleted`),
    page: statement(`
      SELECT key, value FROM ${keyv}
      WHERE ${IN_RANGE} AND ($3::text IS NULL OR key > $3) AND ${LIVE} ORDER BY key LIMIT $4`),
  };
}
