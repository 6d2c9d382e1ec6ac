/** Rows of the table of ends: each beside the same process without the plugin. To be called at the top of a test file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { address, bundleWithPlugin } from '../temporal';
import { type Ended, type EndsSetup, play } from './ends';

export type Row = Pick<EndsSetup, 'wiring' | 'end' | 'serialized'> & {
  store: 'sqlite' | 'memory' | 'keyv' | 'postgres';
};

const AT_ONCE = 3;

/** @returns plays rows that have one wiring and one end, and compares them */
export function endsTable(postgres: { readonly url: string }): (rows: Row[]) => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ends-'));
  let bundle = '';
  beforeAll(async () => {
    bundle = (await bundleWithPlugin(require.resolve('./workflows'))).codePath;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  let files = 0;
  const urlOf = (store: Row['store']): string => {
    files++; // A process that ended may have left its turn open, so each has a store of its own.
    if (store === 'postgres') return `${postgres.url}?schema=cache_${files}`;
    return { sqlite: `sqlite:${join(folder, `${files}.db`)}`, memory: 'memory:', keyv: 'keyv' }[store];
  };

  return async (rows) => {
    const common = { address: address(), bundle };
    const { wiring, end } = rows[0]!;
    const without = await play({ ...common, wiring, end, serialized: false });
    expect(without).toMatchObject(expected(end));
    const plays = rows.map((row) => async () => {
      const ended = await play({ ...common, ...row, store: urlOf(row.store) });
      return { row, ...ended };
    });
    expect(await all(plays)).toEqual(rows.map((row) => ({ row, ...without })));
  };
}

/** What holds without the plugin, so that a process which never came to its end is not like another one. */
function expected(end: Row['end']): Partial<Ended> {
  if (end === 'process.exit') return { code: 3, said: [] };
  if (end === 'an uncaught error') return { code: 1, said: [] };
  return { code: 0, said: expect.arrayContaining(['> ended']) as string[] };
}

/** A few at a time. */
async function all<T>(plays: (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  const next = plays.entries();
  const work = async () => {
    for (const [index, play] of next) results[index] = await play();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}
