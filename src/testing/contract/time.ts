import { keyOf, type SceneTests, subject } from './scene';

const HOUR = 3_600_000;

/** Ages follow the store's clock. The order of executions follows no clock. */
export function time({ test, expect, harness }: SceneTests): void {
  test('tells when: begun, stored, looked, each no earlier than the one before', async (scene) => {
    const begun = await scene.store.draw();
    await scene.end(begun);
    const looked = await scene.store.look(subject());
    const { startedAt, storedAt } = looked.found!;
    expect(startedAt).toBe(begun.now);
    expect(storedAt).toBeGreaterThanOrEqual(begun.now);
    expect(looked.now).toBeGreaterThanOrEqual(storedAt);
  });
  if (harness.ownClock === true) return;

  test("takes every time from the store's clock, not from the host's", async (scene) => {
    const began = scene.now;
    expect((await scene.store.draw()).now).toBe(began);
    expect((await scene.store.look(subject())).now).toBe(began);
    const begun = await scene.store.draw();
    scene.now += HOUR;
    await scene.end(begun);
    scene.now += HOUR;
    const { found, now } = await scene.store.look(subject());
    const { startedAt, storedAt } = found!;
    expect({ startedAt, storedAt, now }).toEqual({
      startedAt: began,
      storedAt: began + HOUR,
      now: began + 2 * HOUR,
    });
  });

  test('keeps an entry of any age: how old is too old is for others to say', async (scene) => {
    await scene.execute({ header: 'old' });
    scene.now += 100 * 365 * 24 * HOUR;
    expect(await scene.holder()).toBe('old');
  });

  test('orders as ever when the clock is set back', async (scene) => {
    const [first, second] = [await scene.store.draw(), await scene.store.draw()];
    scene.now -= HOUR;
    const third = await scene.store.draw();
    expect(third.ticket).toBeGreaterThan(second.ticket);
    expect(await scene.end(third, { header: 'third' })).toBe('stored');
    scene.now -= HOUR;
    expect(await scene.end(second)).toBe('superseded');
    await scene.store.invalidate({ key: keyOf('usual') });
    expect(await scene.end(third)).toBe('superseded');
    scene.now += 3 * HOUR;
    expect(await scene.end(first)).toBe('superseded');
    expect(await scene.why()).toBe('invalidated');
  });
}
