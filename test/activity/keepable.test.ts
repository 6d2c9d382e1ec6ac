import { cached, MemoryStore } from 'temporal-activity-cache';
import { MockWorker } from '../helpers/mock';

test.each(['x\0y', 'x\ud800y'])(
  'an Activity type that no store keeps runs uncached, and says why: %j',
  async (type) => {
    let runs = 0;
    const store = new MemoryStore();
    const worker = new MockWorker({ [type]: cached('auto', async () => ++runs) }, { store });
    expect(await worker.call(type)).toBe(1);
    expect(await worker.call(type)).toBe(2);
    expect(worker.statuses).toEqual(['bypassed policy-error', 'bypassed policy-error']);
    expect((await store.stats({})).entries).toBe(0);
  },
);
