import type { CacheStore } from '../../store/store';
import { newEntry, type SceneTests, subject } from './scene';

/** After the store is closed, every operation fails. It never answers and never waits. */
export function closing({ test, testShared, expect }: SceneTests): void {
  const operations: Record<string, (store: CacheStore) => Promise<unknown>> = {
    look: (store) => store.look(subject()),
    draw: (store) => store.draw(),
    put: (store) => store.put(newEntry({ ticket: 1, startedAt: 0 })),
    invalidate: (store) => store.invalidate({ scope: 'scope' }),
    touch: (store) => store.touch([]),
    entries: (store) => store.entries({})[Symbol.asyncIterator]().next(),
    stats: (store) => store.stats({}),
    prune: (store) => store.prune({}),
    note: (store) => store.note('name', 'text'),
    claim: (store) => store.claim('name', 'text'),
    notes: (store) => store.notes(''),
    about: (store) => store.about(),
  };
  const outcomeOf = async (operation: (store: CacheStore) => Promise<unknown>, store: CacheStore) => {
    try {
      return { answered: await operation(store) };
    } catch (error) {
      return error instanceof Error ? 'an error' : { thrown: error };
    }
  };

  for (const [name, operation] of Object.entries(operations)) {
    test(`throws at ${name} after close`, async (scene) => {
      await scene.execute();
      await scene.store.close();
      expect(await outcomeOf(operation, scene.store)).toEqual('an error');
    });
  }

  test('can be closed before it did anything, and again', async (scene) => {
    await scene.store.close();
    await scene.store.close();
    expect(await outcomeOf((store) => store.draw(), scene.store)).toEqual('an error');
  });

  test('has a name for people, before and after', async (scene) => {
    const { name } = scene.store;
    expect(typeof name === 'string' && name.length > 0).toBe(true);
    await scene.store.close();
    expect(scene.store.name).toBe(name);
  });

  testShared('leaves other store objects on the same place open', async (scene) => {
    const other = await scene.reopen();
    await scene.execute({ header: 'before' });
    expect(await scene.holder({}, other)).toBe('before');
    await scene.store.close();
    expect(await scene.holder({}, other)).toBe('before');
    expect(await scene.execute({ header: 'after' }, other)).toBe('stored');
  });

  testShared('is found as it was left when it is opened again', async (scene) => {
    await scene.execute({ data: new Uint8Array(100_000).fill(7) });
    const left = await scene.found();
    await scene.store.close();
    expect(await scene.found({}, await scene.reopen())).toEqual(left);
  });
}
