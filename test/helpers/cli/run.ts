/** The command line in this process: what people would type, and what they would see. */
import { PassThrough, Readable } from 'node:stream';
import type { CacheStore } from 'temporal-activity-cache';
import type { CliContext } from '../../../src/cli/command';
import { main } from '../../../src/cli/main';

export interface Setting extends Partial<
  Pick<CliContext, 'program' | 'openStore' | 'connect' | 'untilStopped'>
> {
  /** What each run opens. It may be closed, and opened again. */
  store?: () => CacheStore;
  env?: NodeJS.ProcessEnv;
  /** All streams are terminals; this is typed there. */
  terminal?: { typed: string };
}

export interface Seen {
  code: number;
  /** stdout. */
  out: string;
  /** stderr. */
  err: string;
  /** Both, as a terminal shows them. */
  all: string;
}

const nothingNamed = (what: string) => async (): Promise<never> => {
  throw new Error(`this test has no ${what}`);
};

/** @param line - the words after `activity-cache`; quotes hold words together */
export async function run(line: string, setting: Setting = {}): Promise<Seen> {
  const { store, env = {}, terminal } = setting;
  const seen = { out: '', err: '', all: '' };
  const listen = (to: 'out' | 'err') => {
    const stream = Object.assign(new PassThrough(), { isTTY: terminal !== undefined });
    stream.on('data', (chunk: Buffer) => {
      seen[to] += chunk.toString();
      seen.all += chunk.toString();
    });
    return stream;
  };
  const stdin = Object.assign(Readable.from(terminal === undefined ? [] : [terminal.typed]), {
    isTTY: terminal !== undefined,
  });
  const code = await main(wordsOf(line), {
    program: setting.program ?? 'activity-cache',
    stdin,
    stdout: listen('out'),
    stderr: listen('err'),
    env,
    openStore: setting.openStore ?? (store ? async () => store() : nothingNamed('store')),
    connect: setting.connect ?? nothingNamed('server'),
    untilStopped: setting.untilStopped ?? (async () => {}), // what serves ends as soon as it does
  });
  return { code, ...seen };
}

/** As a shell would: `a 'b c'` is two words. */
export const wordsOf = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
