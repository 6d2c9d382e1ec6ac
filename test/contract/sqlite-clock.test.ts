/** Ages in a SQLite file go by the clock of its host, whatever a process takes for the time. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteStore } from 'temporal-activity-cache';

const folder = mkdtempSync(join(tmpdir(), 'activity-cache-'));
const HOUR = 3_600_000;
const subject = {
  key: 'a'.repeat(64),
  scope: 'scope',
  namespace: 'namespace',
  activityType: 'activity',
  version: '1',
};
const began = Date.now();
const soon = (time: number) => expect(Math.abs(time - began)).toBeLessThan(HOUR / 2);

afterEach(() => void jest.useRealTimers());
afterAll(() => rmSync(folder, { recursive: true }));

test.each([-HOUR, HOUR, 50 * 24 * HOUR])(
  'in a process whose clock is wrong by %d ms the times are those of the host',
  async (off) => {
    jest.useFakeTimers({
      now: began + off,
      doNotFake: ['setImmediate', 'nextTick', 'performance', 'setTimeout'],
    });
    const store = new SqliteStore(join(folder, `${off}.db`));
    const drawn = await store.draw();
    soon(drawn.now);
    const put = { ...subject, tags: [], ...drawn, startedAt: drawn.now, durationMs: 1 };
    await store.put({ ...put, header: '', data: new Uint8Array(1), keepUntil: drawn.now + HOUR / 2 });
    const { found, now } = await store.look(subject);
    soon(now);
    soon(found!.storedAt);
    soon((await store.look({ ...subject, key: 'b'.repeat(64) })).now);
    for await (const { usedAt, now: listedAt } of store.entries({})) [usedAt, listedAt].forEach(soon);
    await store.touch([subject.key]);
    for await (const { usedAt } of store.entries({})) soon(usedAt);
    expect((await store.stats({})).stale.entries).toBe(0);
    expect(await store.prune({})).toMatchObject({ entries: 0 });
    expect(await store.invalidate({ scope: 'scope', olderThanMs: HOUR / 2 })).toEqual({ entries: 0 });
    await store.note('name', 'text');
    await store.claim('other', 'text');
    for (const { at, ageMs } of await store.notes('')) {
      soon(at);
      expect(ageMs).toBeLessThan(HOUR / 2);
    }
    await store.close();
  },
);
