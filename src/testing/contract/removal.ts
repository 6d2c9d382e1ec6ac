import { prune } from './pruning';
import { bytes, keyOf, type Scene, type SceneTests } from './scene';

/** A pruned entry is gone, and older executions do not replace it. */
export function removal({ test, testShared, expect, harness }: SceneTests): void {
  const past = (scene: Scene) => ({ keepUntil: scene.now - 1_000_000_000_000 });
  const removals: Record<string, (scene: Scene, header: string) => Promise<void>> = {
    'for the limit': async (scene, header) => {
      await scene.execute({ header });
      await prune(scene, { maxBytes: 0 });
    },
    'for its age': async (scene, header) => {
      await scene.execute({ header, ...past(scene) });
      await prune(scene);
    },
    'with a large result': async (scene, header) => {
      await scene.execute({ header, data: bytes(50_000) });
      await prune(scene, { maxBytes: 0 });
    },
    'after an older one': async (scene, header) => {
      await scene.execute({ header: 'first' });
      await scene.execute({ header });
      await prune(scene, { maxBytes: 0 });
    },
  };
  for (const [why, remove] of Object.entries(removals)) {
    test(`supersedes what began before a result that was pruned ${why}`, async (scene) => {
      const begun = await scene.store.draw();
      await remove(scene, 'newer');
      expect(await scene.end(begun, { header: 'older' })).toBe('superseded');
      expect(await scene.why()).toBe('new');
      await prune(scene, { maxBytes: 0 });
      expect(await scene.end(begun, { header: 'older' })).toBe('superseded');
      expect(await scene.execute({ header: 'anew' })).toBe('stored');
      expect(await scene.end(begun, { header: 'older' })).toBe('superseded');
      expect(await scene.holder()).toBe('anew');
    });
  }

  test('stores what began after a result that was pruned', async (scene) => {
    const begun = await scene.store.draw();
    const after = await scene.store.draw();
    await scene.end(begun);
    await prune(scene, { maxBytes: 0 });
    expect(await scene.end(after, { header: 'after' })).toBe('stored');
    await prune(scene);
    expect(await scene.holder()).toBe('after');
  });

  test('takes nothing from other keys: neither their entries, nor what is under way', async (scene) => {
    const begun = await scene.store.draw();
    await scene.end(begun, { key: keyOf('entry'), header: 'entry' });
    for (let i = 0; i < 50; i++) await scene.execute({ key: keyOf(`pruned ${i}`), ...past(scene) });
    await prune(scene);
    expect(await scene.holder({ key: keyOf('entry') })).toBe('entry');
    expect(await scene.end(begun, { key: keyOf('under way'), header: 'under way' })).toBe('stored');
    expect(await scene.holder({ key: keyOf('under way') })).toBe('under way');
  });

  test('keeps the newest of several that were pruned from one key', async (scene) => {
    const drawn = [await scene.store.draw(), await scene.store.draw(), await scene.store.draw()] as const;
    for (const begun of [drawn[2], drawn[0]]) {
      await scene.end(begun);
      await prune(scene, { maxBytes: 0 });
    }
    for (const begun of drawn.slice(0, 2)) expect(await scene.end(begun)).toBe('superseded');
  });

  test('supersedes it also where it ends while its key is pruned', async (scene) => {
    for (let round = 0; round < 20; round++) {
      const key = keyOf(`round ${round}`);
      const older = await scene.store.draw();
      await scene.execute({ key, header: 'newer' });
      const [outcome] = await Promise.all([
        scene.end(older, { key, header: 'older' }),
        prune(scene, { maxBytes: 0 }),
      ]);
      expect({ round, outcome }).toEqual({ round, outcome: 'superseded' });
      expect(await scene.why({ key })).toBe('new');
    }
  });

  if (harness.ownClock !== true) {
    test('supersedes what began before an invalidation that is not remembered any more', async (scene) => {
      const begun = await scene.store.draw();
      await scene.execute();
      await scene.store.invalidate({ scope: 'scope', olderThanMs: 0 });
      await prune(scene);
      scene.now += 100 * 24 * 3_600_000;
      await prune(scene);
      expect(await scene.end(begun)).toBe('superseded');
      expect(await scene.execute()).toBe('stored');
    });
  }

  testShared('holds for every store object on the place, and when it is opened again', async (scene) => {
    const begun = await scene.store.draw();
    await scene.execute();
    await prune(scene, { maxBytes: 0 }, await scene.reopen());
    expect(await scene.end(begun)).toBe('superseded');
    await scene.store.close();
    expect(await scene.end(begun, {}, await scene.reopen())).toBe('superseded');
  });
}
