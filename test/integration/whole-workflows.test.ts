/** Whole Workflows are cached, top-level and as children: a hit runs none of their code. */
import { randomUUID } from 'node:crypto';
import { until } from '../helpers/until';
import { countOf, type Handle, told, type WholeScene, wholeScenes } from '../helpers/whole-scene';

const scenes = wholeScenes(require.resolve('../helpers/whole-workflows'));

interface Scene extends Omit<WholeScene, 'ran' | 'begin' | 'result'> {
  /** Arguments of the bodies that ran. */
  ran: unknown[];
  /** Starts a Workflow with `cache`. */
  begin(workflow: string, args: unknown[], cache?: object): Promise<Handle>;
  result(workflow: string, args: unknown[], cache?: object): Promise<unknown>;
}

async function withWhole(
  test: (scene: Scene) => Promise<void>,
  body = async (x: unknown): Promise<unknown> => x,
): Promise<void> {
  const ran: unknown[] = [];
  const run = async (x: unknown) => {
    ran.push(x);
    return body(x);
  };
  await scenes({ f: run, g: run }, (scene) =>
    test({
      ...scene,
      ran,
      begin: (workflow, args, cache) => scene.begin(workflow, args, cache && { cache }),
      result: (workflow, args, cache) => scene.result(workflow, args, cache && { cache }),
    }),
  );
}

const eventsOf = async (handle: Handle) => (await handle.fetchHistory()).events!.length;

test('the second run of the same version and inputs is a hit, and runs none of its code', () =>
  withWhole(async ({ ran, begin }) => {
    const cold = await begin('whole', [3]);
    expect(await cold.result()).toBe(3);
    const warm = await begin('whole', [3]);
    expect(await warm.result()).toBe(3);
    const other = await begin('whole', [4]);
    expect(await other.result()).toBe(4);
    expect(ran).toEqual([3, 4]);
    expect(await told(cold)).toEqual(['whole stored new']);
    expect(await told(warm)).toEqual(['whole hit']);
    expect(await eventsOf(warm)).toBeLessThanOrEqual(8);
    expect(await warm.query('activity-cache.report')).toMatchObject({ totals: { calls: 1, hit: 1 } });
  }));

test('a client caches a Workflow that says nothing of it, by a version', () =>
  withWhole(async ({ ran, result }) => {
    for (const version of ['1', '1', '2', undefined]) {
      expect(await result('plain', [1], version === undefined ? undefined : { version })).toBe(1);
    }
    expect(ran).toEqual([1, 1, 1]);
  }));

test('modes reach whole Workflows', () =>
  withWhole(async ({ ran, begin }) => {
    const statuses: string[] = [];
    for (const mode of ['use', 'use', 'overwrite', 'readonly', 'off']) {
      const handle = await begin('whole', [1], { mode });
      await handle.result();
      statuses.push((await told(handle)).join());
    }
    expect(statuses).toEqual(['whole stored new', 'whole hit', 'whole stored overwrite', 'whole hit', '']);
    expect(ran).toHaveLength(3);
  }));

test('many at once with `serialize` are one execution; the others wait, and join it', () =>
  withWhole(async ({ ran, begin }) => {
    const handles = await Promise.all(Array.from({ length: 20 }, () => begin('alone', [1])));
    const results = await Promise.all(handles.map((handle) => handle.result()));
    expect(results).toEqual(Array(20).fill(1));
    expect(ran).toEqual([1]);
    const statuses = (await Promise.all(handles.map(told))).flat().sort();
    expect(statuses.filter((status) => status === 'alone stored new')).toHaveLength(1);
    expect(statuses.filter((status) => /alone (joined|hit)/.test(status))).toHaveLength(19);
  }));

test('a failure is not stored, and the next in line runs at once', () =>
  withWhole(async ({ ran, begin }) => {
    const handles = await Promise.all(Array.from({ length: 3 }, () => begin('failing', [1])));
    const ends = await Promise.all(
      handles.map((handle) => handle.result().catch((error) => error.cause.message)),
    );
    expect(ends).toEqual(Array(3).fill('the body has failed'));
    expect(ran).toHaveLength(3);
  }));

test('a run that continues as new stores what the last one returns, under the inputs of the first', () =>
  withWhole(async ({ ran, begin, result }) => {
    const cold = await begin('continued', [1, 2]);
    expect(await cold.result()).toBe(3);
    expect(await result('continued', [1, 2])).toBe(3);
    expect(ran).toEqual([1, 2, 3]);
    expect(await result('continued', [3, 0])).toBe(3);
    expect(ran).toEqual([1, 2, 3, 3]);
  }));

test('what a cancelled run returns is not stored', () =>
  withWhole(async ({ begin }) => {
    const handle = await begin('endless', [1]);
    await until(async () => (await countOf(handle, 'timerStarted')) > 0);
    await handle.cancel();
    expect(await handle.result()).toBe('cut short');
    expect(await told(handle)).toEqual(['endless unstored new skipped']);
  }));

test('ignored inputs, tags and cacheIf', () =>
  withWhole(async ({ ran, begin, result, cache }) => {
    expect(await result('ignoring', [1, 'a'])).toBe(1);
    expect(await result('ignoring', [1, 'b'])).toBe(1);
    expect(ran).toEqual([1]);
    const unwanted = await begin('picky', [2]);
    expect(await unwanted.result()).toBe(2);
    expect(await told(unwanted)).toEqual(['picky unstored new cache-if']);
    await result('picky', [5]);
    expect(await cache.invalidate({ tag: 'x-5' })).toEqual({ entries: 1 });
    expect(await told(await begin('picky', [5]).then(async (h) => (await h.result(), h)))).toEqual([
      'picky stored invalidated',
    ]);
  }));

test('a child with a version is looked up by its parent: a hit starts no child', () =>
  withWhole(async ({ ran, begin }) => {
    const cold = await begin('parentOf', ['plain', [1], { version: '1' }]);
    expect(await cold.result()).toEqual({ value: 1, rows: [] });
    const warm = await begin('parentOf', ['plain', [1], { version: '1' }]);
    expect(await warm.result()).toEqual({ value: 1, rows: ['plain hit'] });
    expect(ran).toEqual([1]);
    const { events } = await warm.fetchHistory();
    expect(events!.some((event) => event.startChildWorkflowExecutionInitiatedEventAttributes)).toBe(false);
    const started = await begin('startsChild', ['plain', [1], { version: '1' }]);
    expect(await started.result()).toEqual([true, 1]);
  }));

test('a child that stored its result is a hit for whoever asks later, on every level', () =>
  withWhole(async ({ ran, begin, result }) => {
    expect(await result('level1', [1])).toBe('1(2(1))');
    expect(await result('level1', [1])).toBe('1(2(1))');
    expect(await result('level2', [1])).toBe('2(1)');
    const handle = await begin('level1', [1], { mode: 'overwrite' });
    expect(await handle.result()).toBe('1(2(1))');
    expect(ran).toEqual([1, 1]);
  }));

test('signals of a signalWithStart keep their order', () =>
  withWhole(async ({ client, taskQueue }) => {
    const workflowId = `collecting-${randomUUID()}`;
    const handle = await client.workflow.signalWithStart('collecting', {
      taskQueue,
      workflowId,
      args: [3],
      signal: 'collect',
      signalArgs: [1],
    });
    await handle.signal('collect', 2);
    await handle.signal('collect', 3);
    expect(await handle.result()).toEqual([1, 2, 3]);
  }));
