import type { CacheStore, Drawn } from '../../store/store';
import { keyOf, newEntry, type Scene, type SceneTests, subject } from './scene';

/** The order of executions is the order of their tickets, regardless of which one ends first. */
export function tickets({ test, testShared, expect }: SceneTests): void {
  const increase = (drawn: Drawn[]): boolean =>
    drawn.every(({ ticket }, i) => ticket > (drawn[i - 1]?.ticket ?? 0));
  const distinct = (drawn: Drawn[]): number => new Set(drawn.map(({ ticket }) => ticket)).size;
  const inOrder = (drawn: Drawn[]): Drawn[] => [...drawn].sort((a, b) => a.ticket - b.ticket);
  /** Draws tickets, alternately by look-ups that find nothing and by `draw`. */
  const draw = async (store: CacheStore, i: number): Promise<Drawn> => {
    if (i % 2 === 0) return store.draw();
    const look = await store.look(subject({ key: keyOf(`nothing ${i}`) }));
    if (look.found !== undefined) throw new Error('found what nobody stored');
    return look;
  };

  test('draws whole numbers that increase strictly, by look-ups that find nothing as by draws', async (scene) => {
    const drawn: Drawn[] = [];
    for (let i = 0; i < 20; i++) drawn.push(await draw(scene.store, i));
    expect(increase(drawn)).toBe(true);
    expect(drawn.every(({ ticket }) => Number.isSafeInteger(ticket) && ticket > 0)).toBe(true);
  });

  test('draws 100 tickets at once, no two alike, and greater ones afterwards', async (scene) => {
    const before = await scene.store.draw();
    const drawn = await Promise.all(Array.from({ length: 100 }, (_, i) => draw(scene.store, i)));
    const after = await scene.store.draw();
    expect(distinct(drawn)).toBe(100);
    expect(increase([before, ...inOrder(drawn), after])).toBe(true);
  });

  testShared('draws from one sequence in two store objects on one place', async (scene) => {
    const stores = [scene.store, await scene.reopen()];
    const drawn: Drawn[] = [];
    for (let i = 0; i < 20; i++) drawn.push(await draw(stores[(i >> 1) % 2]!, i));
    expect(increase(drawn)).toBe(true);
    const atOnce = await Promise.all(Array.from({ length: 100 }, (_, i) => draw(stores[(i >> 1) % 2]!, i)));
    expect(distinct(atOnce)).toBe(100);
    expect(increase([...drawn, ...inOrder(atOnce)])).toBe(true);
  });

  testShared('goes on with its sequence when it is opened again', async (scene) => {
    const before = await scene.store.draw();
    await scene.store.close();
    const after = await (await scene.reopen()).draw();
    expect(increase([before, after])).toBe(true);
  });

  test('lets a higher ticket replace a lower one', async (scene) => {
    const [first, second] = [await scene.store.draw(), await scene.store.draw()];
    expect(await scene.end(first, { header: 'first' })).toBe('stored');
    expect(await scene.end(second, { header: 'second' })).toBe('stored');
    expect(await scene.holder()).toBe('second');
  });

  test('lets an equal ticket replace: an execution may store again', async (scene) => {
    const begun = await scene.store.draw();
    await scene.end(begun, { header: 'first', data: new Uint8Array(50_000) });
    expect(await scene.end(begun, { header: 'again' })).toBe('stored');
    expect(await scene.holder()).toBe('again');
  });

  test('supersedes a lower ticket, and keeps the entry as it is', async (scene) => {
    const [first, second] = [await scene.store.draw(), await scene.store.draw()];
    await scene.end(second, { header: 'second', data: new Uint8Array(50_000) });
    const before = await scene.found();
    expect(await scene.end(first, { header: 'first', data: new Uint8Array(60_000) })).toBe('superseded');
    expect(await scene.found()).toEqual(before);
  });

  test('orders only within a key: a lower ticket of another key is stored', async (scene) => {
    const [first, second] = [await scene.store.draw(), await scene.store.draw()];
    await scene.end(second);
    expect(await scene.end(first, { key: keyOf('another') })).toBe('stored');
  });

  test('leaves the highest of many tickets that end at once', async (scene) => {
    await highestWins(scene, [scene.store]);
  });

  testShared('leaves the highest of many tickets that end at once in two store objects', async (scene) => {
    await highestWins(scene, [scene.store, await scene.reopen()]);
  });

  testShared('supersedes a lower ticket after it is opened again', async (scene) => {
    const [first, second] = [await scene.store.draw(), await scene.store.draw()];
    await scene.end(second, { header: 'second' });
    await scene.store.close();
    const later = await scene.reopen();
    expect(await scene.end(first, { header: 'first' }, later)).toBe('superseded');
    expect(await scene.holder({}, later)).toBe('second');
  });

  for (const forged of [Number.MAX_SAFE_INTEGER, 2 ** 60, Infinity, NaN, 0, -1, 1.5]) {
    test(`supersedes a ticket that it cannot have drawn: ${forged}`, async (scene) => {
      expect(await scene.store.put(newEntry({ ticket: forged, startedAt: scene.now }))).toBe('superseded');
      expect(await scene.why()).toBe('new');
      await scene.execute({ header: 'drawn' });
      expect(await scene.store.put(newEntry({ ticket: forged, startedAt: scene.now }))).toBe('superseded');
      expect(await scene.holder()).toBe('drawn');
      await scene.store.invalidate({ scope: 'scope' });
      expect(await scene.why()).toBe('invalidated');
      expect(await scene.store.put(newEntry({ ticket: forged, startedAt: scene.now }))).toBe('superseded');
      expect(await scene.execute({ header: 'anew' })).toBe('stored');
      expect(await scene.holder()).toBe('anew');
    });
  }

  async function highestWins(scene: Scene, stores: CacheStore[]) {
    const drawn: Drawn[] = [];
    for (let i = 0; i < 40; i++) drawn.push(await scene.store.draw());
    const shuffled = drawn.map((_, i) => drawn[(i * 17 + 5) % drawn.length]!);
    await Promise.all(shuffled.map((begun, i) => scene.end(begun, {}, stores[i % stores.length])));
    for (const store of stores) expect((await scene.found({}, store))?.ticket).toBe(drawn.at(-1)!.ticket);
  }
}
