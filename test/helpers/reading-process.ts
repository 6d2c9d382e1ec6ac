/**
 * A process without the right to write, which reads a SQLite file: root's rights are given up once everything is loaded. Calls the Activity
 * `f` with each number of its argument (JSON: `{ path, numbers }`), and prints what became of the calls.
 */
import 'libsql';
import { cached } from 'temporal-activity-cache';
import { MockWorker } from './mock';

const { path, numbers } = JSON.parse(process.argv[2]!) as { path: string; numbers: number[] };

async function main(): Promise<void> {
  const f = cached({ version: '1' }, async (x: number) => -x);
  const worker = new MockWorker({ f }, { store: `sqlite:${path}`, access: 'read' });
  if (process.getuid?.() === 0) process.setuid!(65_534);
  const values: unknown[] = [];
  for (const x of numbers) values.push(await worker.call('f', x));
  const { statuses, warnings, plugin } = worker;
  console.log(JSON.stringify({ values, statuses, warnings, entries: (await plugin.stats()).entries }));
  process.exit();
}

void main();
