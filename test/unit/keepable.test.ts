/** Texts that a store would refuse, or change, are refused where they are given. */
import { cached, CacheOptionsError, CachePlugin, MemoryStore } from 'temporal-activity-cache';
import { GuardedStore } from '../../src/store/guard';

const WRONG = { 'U+0000': 'a\0b', 'half a surrogate pair': 'a\ud800b', 'the other half': '\udc00' };
const store = () => new MemoryStore();

describe.each(Object.entries(WRONG))('%s', (_, text) => {
  const refused: Record<string, () => unknown> = {
    version: () => cached({ version: text }, async () => 1),
    scope: () => new CachePlugin({ store: store(), scope: text }),
    'an Activity type': () => new CachePlugin({ store: store(), activities: { [text]: 'auto' } }),
    'a version of the plugin': () => new CachePlugin({ store: store(), defaults: { version: text } }),
    'a tag': () => cached({ tags: [text] }, async () => 1),
    'an Activity type of a filter': () => new CachePlugin({ store: store() }).entries({ activity: text }),
    'a tag of a filter': () => new CachePlugin({ store: store() }).entries({ tag: text }),
    'a namespace of a filter': () => new CachePlugin({ store: store() }).entries({ namespace: text }),
    'a version of a filter': () => new CachePlugin({ store: store() }).entries({ version: text }),
  };
  test.each(Object.entries(refused))('in %s is refused', (_name, give) => {
    expect(give).toThrow(CacheOptionsError);
    expect(give).toThrow('U+0000');
  });

  test('in an invalidation is refused', async () => {
    const cache = new CachePlugin({ store: store() });
    await expect(cache.invalidate({ tag: text })).rejects.toThrow(CacheOptionsError);
  });
});

test.each(['22021', '22P05', '54000', 'SQLITE_TOOBIG'])(
  'what a store says of the data (%s) closes it to no other call',
  async (code) => {
    const memory = new MemoryStore();
    const guard = new GuardedStore(
      Object.assign(Object.create(memory) as MemoryStore, {
        put: () => Promise.reject(Object.assign(new Error('no such data'), { code })),
      }),
      1_000,
      () => {},
    );
    const subject = { key: 'a'.repeat(64), scope: '', namespace: '', activityType: '', version: '' };
    const entry = {
      ...subject,
      tags: [],
      ticket: 1,
      startedAt: 0,
      durationMs: 0,
      header: '',
      data: new Uint8Array(),
    };
    for (let i = 0; i < 10; i++) await expect(guard.put(entry)).rejects.toThrow('no such data');
  },
);
