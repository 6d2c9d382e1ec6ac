/** Why a call ran, in PostgreSQL. */
import { PostgresStore } from 'temporal-activity-cache';
import { wronglyExplained } from '../helpers/explained';
import { freshDatabase } from '../helpers/postgres';

const database = freshDatabase();

test('of 40 seeded single changes each is named, and nothing else', async () => {
  let schemas = 0;
  const newStore = () => new PostgresStore({ uri: database.url, schema: `explained_${++schemas}` });
  expect(await wronglyExplained(newStore, 40)).toEqual([]);
});
