/** What is known of a use: on which queue it is to be judged, and which version made its results. */
import { Dependencies } from '../../src/dependencies/dependencies';
import type { Use } from '../../src/wire/uses';
import { type Build, Publication } from '../../src/dependencies/publication';
import { Uses } from '../../src/interceptors/workflow/uses';
import { GuardedStore } from '../../src/store/guard';
import { MemoryStore } from '../../src/store/memory';

const collector = 'w/r';
const f: Use = { kind: 'activity', type: 'f' };
const on = (taskQueue: string) => ({ namespace: 'default', taskQueue });

function scene() {
  const memory = new MemoryStore();
  const store = new GuardedStore(memory, 1_000, () => undefined);
  const dependencies = new Dependencies(store, '');
  const worker = async (build: Build, taskQueue = 'q') => {
    const publication = new Publication(store, { ...on(taskQueue), scope: '' });
    await publication.begin(build);
    return publication;
  };
  const since = async () => ({
    startedAt: (await memory.draw()).now,
    ambiguous: await dependencies.ambiguous({ namespace: 'default' }),
  });
  const tell = (workflowId: string, used: Parameters<Dependencies['report']>[1]) =>
    dependencies.report({ collector, workflowId, run: 'r' }, used);
  return { dependencies, worker, since, tell };
}

test('children are where they were told to be, and theirs with them; without a queue, where the Workflow is', async () => {
  const { dependencies, tell } = scene();
  await tell('near', { uses: [f], children: [] });
  await tell('far', { uses: [f, { ...f, taskQueue: 'named' }], children: ['below'] });
  await tell('below', { uses: [{ ...f, type: 'g' }], children: [] });
  const own = { uses: [], children: ['near', 'far'], queues: { far: 'there' } };
  expect(await dependencies.collect(collector, own, 'q')).toEqual({
    uses: [
      f,
      { ...f, taskQueue: 'there' },
      { ...f, taskQueue: 'named' },
      { ...f, type: 'g', taskQueue: 'there' },
    ],
    results: [],
    unlabelled: [],
  });
});

test('who names its own queue may mean either', async () => {
  const { dependencies } = scene();
  const own = { uses: [{ ...f, taskQueue: 'q' }], children: [] };
  expect(await dependencies.collect(collector, own, 'q')).toEqual({
    uses: [{ ...f, taskQueue: 'q' }, f],
    results: [],
    unlabelled: [],
  });
});

describe('several versions run', () => {
  const labelled = (version: string): Build => ({
    activities: { f: version },
    labels: { f: `label ${version}` },
  });

  test('results that say which version made them are known; those that say different things are not', async () => {
    const { dependencies, worker, since, tell } = scene();
    const workers = [await worker(labelled('1')), await worker(labelled('2'))];
    const versions = async (uses: Use[]) => dependencies.versions(uses, await since(), on('q'));
    const made = { ...f, madeBy: 'label 2' };
    expect(await versions([made])).toEqual([{ ...made, version: '2' }]);
    expect(await versions([{ ...f, madeBy: 'of the call itself' }])).toMatch(/^several versions/);
    await tell('child', { uses: [{ ...f, madeBy: 'label 1' }], children: [] });
    const all = await dependencies.collect(collector, { uses: [made], children: ['child'] }, 'q');
    expect(all).toEqual({ uses: [f], results: [], unlabelled: [] });
    for (const one of workers) await one.end();
  });

  test('two that differ though their results say the same are not told apart', async () => {
    const { dependencies, worker, since } = scene();
    const workers = [
      await worker(labelled('1')),
      await worker({ activities: { f: '2' }, labels: { f: 'label 1' } }),
    ];
    expect(await dependencies.versions([{ ...f, madeBy: 'label 1' }], await since(), on('q'))).toMatch(
      /^several/,
    );
    for (const one of workers) await one.end();
  });

  test('the version of the Worker that looks counts, on its own queue, where results say theirs', async () => {
    const { dependencies, worker } = scene();
    const workers = [await worker(labelled('1')), await worker(labelled('2'))];
    const change = (own: Build, taskQueue = 'q') =>
      dependencies.changeIn([{ ...f, taskQueue: 'q', version: '1' }], on(taskQueue), own);
    expect(await change(labelled('1'))).toBeUndefined();
    expect(await change(labelled('2'))).toBe("another version of activity 'f' on 'q'");
    const unsure = { unsure: "several versions of activity 'f' on 'q' run" };
    expect(await change({ activities: { f: '1' } })).toEqual(unsure);
    expect(await change({ activities: {} })).toEqual(unsure);
    expect(await change(labelled('1'), 'elsewhere')).toEqual(unsure);
    for (const one of workers) await one.end();
  });
});

test('a Worker that serves every type by `default` may run any version', async () => {
  const { dependencies, worker, since } = scene();
  const workers = [await worker({ activities: { f: '1' } }), await worker({ activities: { default: '1' } })];
  expect(await dependencies.versions([f], await since(), on('q'))).toMatch(
    /^the version of activity 'f' on 'q' is not known: give it a 'version'/,
  );
  for (const one of workers) await one.end();
});

describe('what results say', () => {
  const row = (activityId: string, version: string) => ({ activityType: 'f', activityId, version }) as never;
  const madeBy = (rows: never[], calls: (string | undefined)[], before?: Use) => {
    const uses = new Uses(before && { uses: [before], children: [] }, () => rows);
    for (const call of calls) uses.add(f, call);
    return uses.used!.uses[0]!.madeBy;
  };

  test.each<[string, string | undefined, never[], (string | undefined)[], Use | undefined]>([
    ['all alike', 'v1', [row('1', 'v1'), row('2', 'v1')], ['1', '2'], undefined],
    ['two versions', undefined, [row('1', 'v1'), row('2', 'v2')], ['1', '2'], undefined],
    ['two of one id', undefined, [row('1', 'v1'), row('1', 'v2')], ['1', '1'], undefined],
    ['one of two of one id', undefined, [row('1', 'v1')], ['1', '1'], undefined],
    ['one that failed', undefined, [row('1', 'v1')], ['1', '2'], undefined],
    ['one that was bypassed', undefined, [row('1', '')], ['1'], undefined],
    [
      'one with a version of its own',
      undefined,
      [row('1', 'v1'), row('2', 'v1')],
      ['1', undefined],
      undefined,
    ],
    ['the run before the same', 'v1', [row('1', 'v1')], ['1'], { ...f, madeBy: 'v1' }],
    ['the run before another', undefined, [row('1', 'v1')], ['1'], { ...f, madeBy: 'v2' }],
    ['only the run before', 'v2', [], [], { ...f, madeBy: 'v2' }],
  ])('%s: %s', (_, expected, rows, calls, before) => {
    expect(madeBy(rows, calls, before)).toBe(expected);
  });
});

test('children of one id are each to say what they used', () => {
  const uses = new Uses();
  expect([uses.addChild('c'), uses.addChild('c', 'q'), uses.addChild('c')]).toEqual(['c', 'c 2', 'c 3']);
  expect(uses.used).toEqual({ uses: [], children: ['c', 'c 2', 'c 3'], queues: { 'c 2': 'q' }, results: [] });
});
