/** Ends of processes with a Worker, beside those of the same processes without the plugin. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';

/** Where the plugin is, and whether the Worker is given a connection. */
export const WIRINGS = ['no connection', 'on the Worker', 'on the connection', 'everywhere'] as const;

export const ENDS = [
  'runUntil',
  'shutdown',
  'shutdown at once',
  'SIGINT',
  'SIGTERM',
  'SIGTERM while a call waits',
  'an Activity that hangs',
  'a Workflow out of memory',
  'two Workers',
  'process.exit',
  'an uncaught error',
] as const;

export interface EndsSetup {
  /** Of the Temporal server. */
  address: string;
  /** The file of the Workflows' bundle. */
  bundle: string;
  wiring: (typeof WIRINGS)[number];
  end: (typeof ENDS)[number];
  /** A URL, or `keyv`; undefined: without the plugin. */
  store?: string;
  serialized: boolean;
}

export interface Ended {
  said: string[];
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** @returns how the process ended, and what it said until then */
export async function play(setup: EndsSetup): Promise<Ended> {
  const args = [
    require.resolve('./process.cjs'),
    JSON.stringify({ ...setup, taskQueue: `ends-${randomUUID()}` }),
  ];
  if (setup.end === 'a Workflow out of memory') args.unshift('--max-old-space-size=150');
  const preload = require.resolve('./default-address.cjs');
  const env = { ...process.env, TEST_TEMPORAL_ADDRESS: setup.address, NODE_OPTIONS: `--require ${preload}` };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [said, complained] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  child.stderr.on('data', (text: Buffer) => (complained += text.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  if (process.env.TEST_LOG_LEVEL) process.stderr.write(complained);
  return { said: said.split('\n').filter((line) => line.startsWith('> ')), code, signal }; // the SDK writes there too
}
