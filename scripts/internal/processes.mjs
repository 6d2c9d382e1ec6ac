// Child processes that cannot outlive us, however we end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';

// The child gets a process group of its own and a watcher in it, which reads a pipe that only we hold open. When we
// end, by whatever means, SIGKILL included, the pipe closes and the watcher ends the group, itself with it.
const tie = '(cat; kill -s KILL -- -$$) <&3 >/dev/null 2>&1 & exec "$@" 3<&-';

/**
 * As `spawn`, but the child and all it starts end with us.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ stdio?: 'inherit' | 'pipe' | 'ignore', cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 */
export function spawnTied(command, args, { stdio = 'inherit', ...options } = {}) {
  const stdin = stdio === 'inherit' ? 'inherit' : 'ignore';
  const child = spawn('/bin/sh', ['-c', tie, 'sh', command, ...args], {
    ...options,
    detached: true,
    stdio: [stdin, stdio, stdio, 'pipe'],
  });
  child.stdio[3]?.on('error', () => {}); // the far end closes first when the child is killed
  child.on('exit', () => killGroup(child));
  return child;
}

/** Ends a child of `spawnTied` and whatever it started. */
export function killGroup(child) {
  try {
    // Safe also after the child's own end: the watcher keeps the group's id taken until this signal.
    if (child.pid) process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Runs a command to its end, silently; what it printed is in the error when it fails. */
export async function runQuietly(command, args, options) {
  const child = spawnTied(command, args, { ...options, stdio: 'pipe' });
  const output = lastOutput(child);
  const [code, signal] = await once(child, 'close');
  if (code === 0) return output();
  throw new Error(output() || `${command} ended with ${signal ?? `exit code ${code}`}`);
}

/** Keeps the end of what a child prints: enough to explain a failure, never much memory. */
export function lastOutput(child) {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => (text = (text + chunk).slice(-8000)));
  }
  return () => text.trim();
}

/**
 * Runs a command in the foreground in our place: signals go on to it, and we end the way it ends. What has not ended
 * `graceMs` after a signal is killed.
 */
export async function runInOurPlace(command, args, { graceMs, ...options }) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  let signalled;
  const pass = (signal) => {
    if (signalled) return; // Ctrl-C comes twice, from the terminal and from npm
    signalled = signal;
    child.kill(signal);
    setTimeout(() => killGroup(child), graceMs).unref();
  };
  for (const signal of signals) process.on(signal, pass);

  const child = spawnTied(command, args, options);
  const [code, signal] = await once(child, 'exit');
  for (const name of signals) process.off(name, pass);
  // npm is silent about a script that ends by the signal it was sent, and reports an exit code as a failure.
  if (signalled) process.kill(process.pid, signalled);
  process.exit(code ?? 128 + constants.signals[signal]);
}

/** npm passes SIGINT and SIGTERM on, but a killed npm would leave its script running: that is then told to end. */
export function endWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const npm = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}
