/** Run with a limit on the size of files: stores until nothing fits any more, then asks for the first again. */
import { cached } from 'temporal-activity-cache';
import { MockWorker } from './mock';

async function main(): Promise<void> {
  const f = cached('auto', async (i: number) => `${i} `.repeat(50_000));
  const worker = new MockWorker({ f }, { store: process.argv[2] });
  let right = true;
  const call = async (i: number) => (right &&= (await worker.call('f', i)) === `${i} `.repeat(50_000));
  for (let i = 100; i < 110; i++) await call(i);
  await call(100);
  console.log(JSON.stringify({ right, statuses: worker.statuses }));
}

void main();
