// One PostgreSQL server for all tests of a run. They find it by TEST_POSTGRES_URL, which may name another one.
import { startPostgres } from '../../scripts/internal/postgres.mjs';

let server;

export async function start() {
  if (process.env.TEST_POSTGRES_URL) return; // the user's, or already started for another project
  server = await startPostgres();
  process.env.TEST_POSTGRES_URL = server.url;
}

export async function stop() {
  if (!server) return;
  delete process.env.TEST_POSTGRES_URL;
  await server.end();
  server = undefined;
}
