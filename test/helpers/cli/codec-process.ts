/** `serve-codec` as a process, as people start it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const program = [join(__dirname, '../../../lib/cli/bin.js')];

export interface CodecProcess {
  child: ChildProcess;
  /** Where it serves, as it says. */
  endpoint: string;
  /** The lines of stderr so far. */
  said: string[];
  /** @returns its exit code, or the signal that ended it */
  end(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

/** Starts one on a free port. Rejects with what it says if it ends at once. */
export async function serveCodec(args: string[], cwd = process.cwd()): Promise<CodecProcess> {
  const env = { ...process.env, NODE_NO_WARNINGS: '1' };
  const words = [...program, 'serve-codec', '--port', '0', ...args];
  const child = spawn(process.execPath, words, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  createInterface(child.stderr).on('line', (line) => said.push(line));
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const first = once(createInterface(child.stdout), 'line') as Promise<[string]>;
  const line = await Promise.race([first, ended.then(() => undefined)]);
  if (line === undefined) throw new Error(said.join('\n'));
  const [, endpoint] = /Codec endpoint (\S+) for the UI/.exec(line[0])!;
  return {
    child,
    endpoint: endpoint!,
    said,
    async end(signal = 'SIGTERM') {
      child.kill(signal);
      const [code, by] = await ended;
      return code ?? by!;
    },
  };
}
