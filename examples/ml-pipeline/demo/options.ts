/** What may be said on the command line. */
import { parseArgs } from 'node:util';
import type { CacheMode } from 'temporal-activity-cache';

export const HELP = `npm run demo [-- options]

Runs the example pipeline six times on a Temporal server of its own, and shows what the cache does.

  --fresh         forget what earlier demos cached, and start with an empty cache
  --overwrite     run every step anew, and store what it answers
  --mode MODE     use (default), overwrite, readonly (hit, but store nothing) or off
  --postgres URL  keep the results in that Postgres, not in a file
  --ui            afterwards keep the server, its web UI and the Worker up, until Ctrl-C
  --help          show this text

With TEMPORAL_ADDRESS set, the demo uses the Temporal server found there.`;

export interface Options {
  fresh: boolean;
  ui: boolean;
  mode?: CacheMode;
  postgres?: string;
}

/** What the command line says, or `undefined` after it has been answered: by the help, or by what is wrong with it. */
export function readOptions(): Options | undefined {
  try {
    const forgotten = ['fresh', 'ui', 'overwrite', 'mode', 'postgres'].find(
      (name) => process.env[`npm_config_${name}`],
    );
    if (forgotten)
      throw new Error(`npm took --${forgotten} for its own: write npm run demo -- --${forgotten}`);
    const flag = { type: 'boolean', default: false } as const;
    const text = { type: 'string' } as const;
    const options = {
      fresh: flag,
      ui: flag,
      overwrite: flag,
      mode: text,
      postgres: text,
      help: flag,
    } as const;
    const {
      fresh,
      ui,
      overwrite,
      mode = overwrite ? 'overwrite' : undefined,
      postgres,
      help,
    } = parseArgs({ options }).values;
    if (mode !== undefined && !isMode(mode)) throw new Error(`Unknown mode '${mode}'`);
    if (postgres !== undefined && !/^postgres(ql)?:\/\//.test(postgres)) {
      throw new Error('--postgres wants a URL like postgres://user:password@host/database');
    }
    if (!help) return { fresh, ui, mode, postgres };
    console.log(HELP);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    process.exitCode = 2;
  }
  return undefined;
}

const isMode = (text: string): text is CacheMode => ['use', 'overwrite', 'readonly', 'off'].includes(text);
