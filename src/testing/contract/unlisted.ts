import type { CacheStore } from '../../store/store';
import { allOf, keyOf, type SceneTests } from './scene';

/** A store that cannot list throws an error. It never answers with an empty list. */
export function unlisted({ test, expect }: SceneTests): void {
  const operations: Record<string, (store: CacheStore) => Promise<unknown>> = {
    entries: (store) => allOf(store.entries({})),
    stats: (store) => store.stats({}),
    prune: (store) => store.prune({}),
    'invalidate by age': (store) => store.invalidate({ scope: 'scope', olderThanMs: 0 }),
    'invalidate by how a key begins': (store) => store.invalidate({ scope: 'scope', keyPrefix: '0' }),
    'invalidate by a tag of a version': (store) =>
      store.invalidate({ scope: 'scope', tag: 'tag', version: '1' }),
  };
  for (const [name, operation] of Object.entries(operations)) {
    test(`fails at ${name}, and changes nothing`, async (scene) => {
      await scene.execute({ header: 'stays', tags: ['tag'] });
      const outcome = await operation(scene.store).then(
        (answered) => ({ answered }),
        (error: unknown) => (error instanceof Error && error.message !== '' ? 'an error' : { thrown: error }),
      );
      expect(outcome).toEqual('an error');
      expect(await scene.holder()).toBe('stays');
      await scene.store.touch([keyOf('usual'), keyOf('nothing')]); // invisible, must not fail
      expect(await scene.holder()).toBe('stays');
    });
  }
}
