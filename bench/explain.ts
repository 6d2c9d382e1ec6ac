/** What explaining costs: when it is asked for, among 100,000 entries, and on the way of every miss. */
import { among } from './explain/among';
import { misses } from './explain/misses';
import { walk } from './explain/walk';
import { report } from './measure';

async function main(): Promise<void> {
  const json = process.argv.includes('--json');
  const say = (line: string) => void (json || console.log(line));
  const { startPostgres } = await import('../scripts/internal/postgres.mjs');
  const server = await startPostgres({ settings: { fsync: 'on' } });
  try {
    say('Medians of rounds that take turns, with the middle half of the ratios.');
    const lines = [await walk(), ...(await misses()), ...(await among(server.url, say))];
    process.exitCode = report(lines, json) ? 0 : 1;
  } finally {
    await server.end();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
