/** What the stores cost: a hit and a miss on Postgres beside a plain read, and what is done with 100,000 entries. */
import { report } from './measure';
import { bulk, reportBulk } from './store/bulk';
import { reads } from './store/reads';

async function main(): Promise<void> {
  const json = process.argv.includes('--json');
  const say = (line: string) => void (json || console.log(line));
  const { startPostgres } = await import('../scripts/internal/postgres.mjs');
  const server = await startPostgres({ settings: { fsync: 'on' } });
  try {
    say('Medians of rounds that take turns, with the middle half of the ratios. ours = through the store.');
    const lines = await reads(server.url);
    const inTime = report(lines, json);
    const done = await bulk(server.url, say);
    process.exitCode = reportBulk(done, json) && inTime ? 0 : 1;
  } finally {
    await server.end();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
