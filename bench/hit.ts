/** What a hit costs: its key, the read of its entry, and the Activity as a whole. */
import { keys } from './hit/keys';
import { reads } from './hit/reads';
import { activities } from './hit/activities';
import { report } from './measure';

async function main(): Promise<void> {
  const json = process.argv.includes('--json');
  const say = (line: string) => void (json || console.log(line));
  say('Medians of rounds that take turns, with the middle half of the ratios. ours = with the cache.');
  const lines = [...(await keys()), ...(await reads()), ...(await activities(say))];
  process.exitCode = report(lines, json) ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
