import { spawnSync } from 'node:child_process';

/** A killed process whose parent is gone too may stay listed, as a zombie, until the system looks after it. */
export function alive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return /^[^Z]/.test(stdout.trim());
}

/** Resolves once none of the processes is there; the test's own time limit ends the wait. */
export async function gone(pids: number[]): Promise<void> {
  while (pids.some(alive)) await new Promise((resolve) => setTimeout(resolve, 10));
}
