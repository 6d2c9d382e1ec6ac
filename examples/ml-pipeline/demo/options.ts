/** What may be said on the command line. */
import { parseArgs } from 'node:util';

export const HELP = `npm run demo [-- options]

Runs the example pipeline four times on a Temporal server of its own, and shows what the cache does.

  --fresh   forget what earlier demos cached, and start with an empty cache
  --ui      afterwards keep the server, its web UI and the Worker up, until Ctrl-C
  --help    show this text

With TEMPORAL_ADDRESS set, the demo uses the Temporal server found there.`;

export interface Options {
  fresh: boolean;
  ui: boolean;
}

/** What the command line says, or `undefined` after it has been answered: by the help, or by what is wrong with it. */
export function readOptions(): Options | undefined {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const { values } = parseArgs({ options: { fresh: flag, ui: flag, help: flag } });
    if (!values.help) return values;
    console.log(HELP);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    process.exitCode = 2;
  }
  return undefined;
}
