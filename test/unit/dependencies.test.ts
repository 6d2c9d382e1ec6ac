/** What a result depended on is compared with what Workers publish. What cannot be known is never taken for the same. */
import { Dependencies } from '../../src/dependencies/dependencies';
import { BUILDS } from '../../src/dependencies/names';
import type { Use } from '../../src/dependencies/protocol';
import { type Build, Publication, UNKNOWN } from '../../src/dependencies/publication';
import { GuardedStore } from '../../src/store/guard';
import { MemoryStore } from '../../src/store/memory';

const f: Use = { kind: 'activity', taskQueue: 'q', type: 'f' };
function scene() {
  const memory = new MemoryStore();
  const store = new GuardedStore(memory, 1_000, () => undefined);
  const dependencies = new Dependencies(store, '');
  const worker = async (build: Build, taskQueue = 'q', scope = '') => {
    const publication = new Publication(store, { namespace: 'default', scope, taskQueue });
    await publication.begin(build);
    return publication;
  };
  const start = async () => ({
    startedAt: (await memory.draw()).now,
    mixed: await dependencies.mixed('default'),
  });
  return { memory, store, dependencies, worker, start };
}
const versionsOf = async (
  all: ReturnType<typeof scene>,
  at?: { startedAt: number; mixed: readonly string[] },
) => all.dependencies.versions([f], at ?? (await all.start()), 'default');

test('one version: it is kept with the result, which counts as long as it is the only one', async () => {
  const all = scene();
  const first = await all.worker({ activities: { f: '1' } });
  const at = await all.start();
  const uses = await versionsOf(all, at);
  expect(uses).toEqual([{ ...f, version: '1' }]);
  const change = () => all.dependencies.changeIn(uses as never, 'default');
  expect(await change()).toBeUndefined();
  const second = await all.worker({ activities: { f: '2' } });
  expect(await change()).toBe("another version of activity 'f' on 'q'");
  await second.end();
  expect(await change()).toBeUndefined();
  await first.end();
  expect(await change()).toBe("nobody runs activity 'f' on 'q'");
});

test('a version that came and went since the run began is remembered', async () => {
  const all = scene();
  const first = await all.worker({ activities: { f: '1' } });
  const at = await all.start();
  await (await all.worker({ activities: { f: '2' } })).end();
  expect(await versionsOf(all, at)).toBe("activity 'f' on 'q' changed meanwhile");
  await first.end();
});

test.each<[string, Build]>([
  ['of a Worker that cannot know it', { activities: { f: UNKNOWN } }],
  ['beside a known one', { activities: { f: '1' } }],
])('an unknown version is none: %s', async (_name, build) => {
  const all = scene();
  const workers = [await all.worker({ activities: { f: UNKNOWN } }), await all.worker(build)];
  expect(await versionsOf(all)).toBe("nobody says which version of activity 'f' on 'q' runs");
  for (const worker of workers) await worker.end();
});

test('a Worker whose build is missing may run anything', async () => {
  const all = scene();
  const workers = [
    await all.worker({ activities: { f: '1' } }),
    await all.worker({ activities: { g: '1' } }),
  ];
  for (const { name, text } of await all.memory.notes(BUILDS))
    if (text.includes('"g"')) await all.memory.note(name, undefined);
  expect(await versionsOf(all)).toBe("nobody says which version of activity 'f' on 'q' runs");
  expect(await all.dependencies.changeIn([{ ...f, version: '1' }], 'default')).toMatch(/^another version/);
  for (const worker of workers) await worker.end();
});

test('other queues and scopes are no matter', async () => {
  const all = scene();
  const workers = [
    await all.worker({ activities: { f: '1' } }),
    await all.worker({ activities: { f: '2' } }, 'q2'),
    await all.worker({ activities: { f: '2' } }, 'q', 'another'),
  ];
  expect(await versionsOf(all)).toEqual([{ ...f, version: '1' }]);
  for (const worker of workers) await worker.end();
});
