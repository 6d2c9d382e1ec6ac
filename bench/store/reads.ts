import pg from 'pg';
import { PostgresStore } from 'temporal-activity-cache';
import { compare, type Line } from '../measure';
import { fill, subjectOf } from './entries';

const ENTRIES = 1_000;

/** Through the store, each one round trip with floors and ticket, against `pool.query` of the row that holds the result. */
export async function reads(url: string): Promise<Line[]> {
  const store = new PostgresStore({ uri: url });
  await fill(store, ENTRIES);
  const pool = new pg.Pool({ connectionString: url, allowExitOnIdle: true });
  const text = 'SELECT header, data FROM activity_cache.results WHERE key = $1';
  let i = 0;
  const next = () => subjectOf(i++ % ENTRIES);
  const missing = () => subjectOf(ENTRIES + i++);
  const raw = async () => {
    const { rows } = await pool.query(text, [next().key]);
    if (rows.length !== 1) throw new Error('The row is not there');
  };
  const look = async (found: boolean) => {
    const answer = await store.look(found ? next() : missing());
    if ((answer.found !== undefined) !== found) throw new Error(`This was ${found ? 'no hit' : 'no miss'}`);
  };
  const rounds = { unit: 'µs', rounds: 41, calls: 100 } as const;
  const lines = [
    await compare({
      ...rounds,
      name: 'hit of 1 kB on Postgres, against a select of the same row',
      aim: { ratio: 1.5 },
      ours: () => look(true),
      other: raw,
    }),
    await compare({
      ...rounds,
      name: 'miss on Postgres, with its ticket, against a select of a row',
      aim: { ratio: 2 },
      ours: () => look(false),
      other: raw,
    }),
  ];
  await pool.end();
  await store.close();
  return lines;
}
