/** What a result depended on is compared with what Workers publish. What cannot be known is never taken for the same. */
import { Dependencies } from '../../src/dependencies/dependencies';
import { BUILDS } from '../../src/wire/names';
import type { Use } from '../../src/wire/uses';
import {
  type Build,
  GOOD_FOR_MS,
  MAX_RUN_MS,
  Publication,
  UNKNOWN,
} from '../../src/dependencies/publication';
import { GuardedStore } from '../../src/store/guard';
import { MemoryStore } from '../../src/store/memory';

const place = { namespace: 'default', taskQueue: 'own' };
const f: Use = { kind: 'activity', taskQueue: 'q', type: 'f' };
const several = (name: string) =>
  `several versions of ${name} ran, and its results do not say which made them`;

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
    ambiguous: await dependencies.ambiguous({ namespace: 'default' }),
  });
  return { memory, store, dependencies, worker, start };
}
const versionsOf = async (
  all: ReturnType<typeof scene>,
  at?: { startedAt: number; ambiguous: readonly string[] },
) => all.dependencies.versions([f], at ?? (await all.start()), place);

test('one version: it is kept with the result, which counts as long as it is the only one', async () => {
  const all = scene();
  const first = await all.worker({ activities: { f: '1' } });
  const at = await all.start();
  const uses = await versionsOf(all, at);
  expect(uses).toEqual([{ ...f, version: '1' }]);
  const change = () => all.dependencies.changeIn(uses as never, place);
  expect(await change()).toBeUndefined();
  const second = await all.worker({ activities: { f: '2' } });
  expect(await change()).toEqual({ unsure: "several versions of activity 'f' on 'q' run" });
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
  expect(await versionsOf(all, at)).toBe(several("activity 'f' on 'q'"));
  await first.end();
});

test.each<[string, Build]>([
  ['of a Worker that cannot know it', { activities: { f: UNKNOWN } }],
  ['beside a known one', { activities: { f: '1' } }],
])('an unknown version is none: %s', async (_name, build) => {
  const all = scene();
  const workers = [await all.worker({ activities: { f: UNKNOWN } }), await all.worker(build)];
  expect(await versionsOf(all)).toMatch(
    /^the version of activity 'f' on 'q' is not known: give it a 'version'/,
  );
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
  expect(await versionsOf(all)).toMatch(
    /^the version of activity 'f' on 'q' is not known: give it a 'version'/,
  );
  expect(await all.dependencies.changeIn([{ ...f, version: '1' }], place)).toEqual({
    unsure: "several versions of activity 'f' on 'q' run",
  });
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

test('what was of several versions when the run began counts as changed, though no trace of the other Worker is left', async () => {
  const all = scene();
  const workers = [
    await all.worker({ activities: { f: '1' } }),
    await all.worker({ activities: { f: '2' } }),
  ];
  const at = await all.start();
  await workers[1]!.end();
  for (const { name } of await all.memory.notes('ended/')) await all.memory.note(name, undefined);
  expect(await versionsOf(all, at)).toBe(several("activity 'f' on 'q'"));
  await workers[0]!.end();
});

test('other Workflows on the queue of a child are another version of the child', async () => {
  const all = scene();
  const child: Use = { kind: 'workflow', taskQueue: 'q', type: 'child' };
  const versions = async () => all.dependencies.versions([child], await all.start(), place);
  expect(await versions()).toMatch(/^the version of workflow 'child' on 'q' is not known/);
  const first = await all.worker({ activities: {}, workflows: '1' });
  expect(await versions()).toEqual([{ ...child, version: '1' }]);
  const second = await all.worker({ activities: {}, workflows: '2' });
  expect(await versions()).toBe(several("workflow 'child' on 'q'"));
  await first.end();
  const change = all.dependencies.changeIn([{ ...child, version: '1' }], place);
  expect(await change).toBe("another version of workflow 'child' on 'q'");
  await second.end();
});

test('everybody below is to have said what it used: children, and theirs', async () => {
  const { dependencies } = scene();
  const of = (workflowId: string) => ({ collector: 'w/r', workflowId, run: 'r' });
  const own = { uses: [f], children: ['child'] };
  const g: Use = { ...f, type: 'g' };
  expect(await dependencies.collect('w/r', own, 'own')).toBe("child 'child' did not say what it used");
  await dependencies.report(of('child'), { uses: [], children: ['grandchild'] });
  expect(await dependencies.collect('w/r', own, 'own')).toBe("child 'grandchild' did not say what it used");
  await dependencies.report(of('grandchild'), { uses: [g, f], children: [] });
  expect(await dependencies.collect('w/r', own, 'own')).toEqual({
    uses: [f, g],
    results: [],
    unlabelled: [],
  });
});

test('the results that were used are collected from everybody; a value that is no entry leaves nothing to keep', async () => {
  const { dependencies } = scene();
  const of = (workflowId: string) => ({ collector: 'w/r', workflowId, run: 'r' });
  const result = (key: string) => ({ type: 'f', version: '1', key, ticket: 5, until: 9 });
  const own = { uses: [], children: ['child'], results: [result('a')] };
  const word = { uses: [], children: [], results: [result('a'), result('b')], unlabelled: ['g'] };
  await dependencies.report(of('child'), word);
  expect(await dependencies.collect('w/r', own, 'own')).toEqual({
    uses: [],
    results: [result('a'), result('b')],
    unlabelled: ['g'],
  });
  await dependencies.report(of('child'), { ...word, unkept: 'no entry' });
  expect(await dependencies.collect('w/r', own, 'own')).toBe('no entry');
  const many = Array.from({ length: 2_000 }, (_, i) => result(`${i}`));
  await dependencies.report(of('child'), { ...word, results: many });
  expect(await dependencies.collect('w/r', own, 'own')).toBe('it used more than 2,000 results');
});

test('of a Workflow that has a version those count that are known, whoever has not said what it used', async () => {
  const { dependencies } = scene();
  const result = { type: 'f', version: '1', key: 'a', ticket: 5 };
  const own = { uses: [], children: [], results: [] };
  await dependencies.report(
    { collector: 'w/r', workflowId: 'child', run: 'r' },
    { uses: [], children: ['silent'], results: [result] },
  );
  expect(await dependencies.collect('w/r', own, 'own', true)).toMatchObject({ results: [result] });
});

test('results of a cached Activity that say nothing of the cache: it is not known what was used', async () => {
  const all = scene();
  const versions = async (build: Partial<Build>) => {
    const worker = await all.worker({ activities: { f: '1' }, ...build });
    const found = await all.dependencies.versions([f], await all.start(), place, ['f']);
    await worker.end();
    return found;
  };
  expect(await versions({ cached: ['g'] })).toEqual([{ ...f, version: '1' }]);
  expect(await versions({ cached: ['f'] })).toMatch(/^results of activity 'f' .* do not say which entries/);
});

describe('in time', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());
  const pass = (ms: number) => jest.setSystemTime(Date.now() + ms);

  test('the word of a Worker that was killed counts for a while', async () => {
    const all = scene();
    await all.worker({ activities: { f: '1' } });
    const uses = [{ ...f, version: '1' }];
    pass(GOOD_FOR_MS);
    expect(await all.dependencies.changeIn(uses, place)).toBeUndefined();
    pass(1);
    expect(await all.dependencies.changeIn(uses, place)).toBe("nobody runs activity 'f' on 'q'");
    const next = await all.worker({ activities: { f: '2' } });
    expect(await all.dependencies.changeIn([{ ...f, version: '2' }], place)).toBeUndefined();
    await next.end();
  });

  test('of a run that took longer than is remembered who ran, nothing is known', async () => {
    const all = scene();
    const worker = await all.worker({ activities: { f: '1' } });
    const at = await all.start();
    pass(MAX_RUN_MS);
    expect(await versionsOf(all, at)).toEqual([{ ...f, version: '1' }]);
    pass(1);
    expect(await versionsOf(all, at)).toBe('the run took too long to know what it used');
    await worker.end();
  });

  test.each(['build/', 'live/'])(
    'a Worker whose word is lost says it once more, a little later (%s)',
    async (lost) => {
      const all = scene();
      const { note } = all.memory;
      const failing = jest.spyOn(all.memory, 'note').mockImplementation(async (name, text) => {
        if (name.startsWith(lost)) throw new Error('refused');
        return note.call(all.memory, name, text);
      });
      const worker = await all.worker({ activities: { f: '1' } });
      expect(await versionsOf(all)).toMatch(/is not known/);
      failing.mockRestore();
      await jest.advanceTimersByTimeAsync(5_000);
      expect(await versionsOf(all)).toEqual([{ ...f, version: '1' }]);
      await worker.end();
    },
  );
});
