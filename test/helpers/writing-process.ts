/** A process that calls the cached Activity `f` once, with 1: its result is in the SQLite file that it is given, and the process has ended. */
import { cached } from 'temporal-activity-cache';
import { MockWorker } from './mock';

async function main(): Promise<void> {
  const f = cached({ version: '1' }, async (x: number) => x);
  const worker = new MockWorker({ f }, { store: `sqlite:${process.argv[2]}` });
  await worker.call('f', 1);
  await worker.plugin.close();
}

void main();
