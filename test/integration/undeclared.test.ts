/** What asks for the cache and cannot get it, because nobody declares the call as cached, is warned of. */
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { cached, CachePlugin, cacheReport, reachableCode } from 'temporal-activity-cache';
import { withLookups } from '../helpers/lookups';
import { withWorker } from '../helpers/temporal';
import { wholeScenes } from '../helpers/whole-scene';

const warnings: { message: string; meta?: Record<string, unknown> }[] = [];
beforeAll(() => {
  const logger = new DefaultLogger('WARN', ({ message, meta }) => warnings.push({ message, meta }));
  Runtime.install({ logger });
});

test('a Worker that is switched off says nothing of it', async () => {
  const plugins = [new CachePlugin({ store: 'memory:', enabled: false })];
  await withLookups(
    { plain: async (x: number) => x },
    async ({ start }) => {
      const handle = await start('sequence', [{ type: 'plain', args: [1], options: { cache: true } }]);
      expect(await handle.result()).toEqual([1]);
      expect((await cacheReport(handle)).rows).toEqual([]);
      expect(
        warnings
          .splice(0)
          .map(({ message }) => message)
          .filter((line) => line.includes('undeclared')),
      ).toEqual([]);
    },
    { plugins },
  );
});

test.each([true, { ttl: '1 hour' }])(
  'cache: %j of it is bypassed, undeclared, and warned of once',
  async (cache) => {
    const activities = { plain: async (x: number) => x, declared: cached('auto', async (x: number) => x) };
    await withLookups(activities, async ({ start }) => {
      const call = (type: string, options: object) => ({ type, args: [1], options });
      const handle = await start('sequence', [
        call('plain', { cache }),
        call('plain', { cache }),
        call('plain', {}),
        call('plain', { cache: false }),
        call('declared', { cache: true }),
      ]);
      await handle.result();
      const rows = (await cacheReport(handle)).rows.map(
        ({ activityType, status, reason }) => `${activityType} ${status} ${reason ?? ''}`,
      );
      expect(rows.filter((row) => row.includes('undeclared'))).toEqual([
        'plain bypassed undeclared',
        'plain bypassed undeclared',
      ]);
      expect(rows).toContain('declared stored ');
      expect(
        warnings
          .splice(0)
          .map(({ message }) => message)
          .filter((line) => line.includes('undeclared')),
      ).toEqual([
        expect.stringMatching(
          /undeclared · plain: the call site asks for the cache.*If it should, leave 'cache' out/,
        ),
      ]);
    });
  },
);

describe('a start with options that cannot act', () => {
  const scenes = wholeScenes(require.resolve('../helpers/whole-workflows'));
  const warned = () =>
    warnings
      .splice(0)
      .map(({ message }) => message)
      .filter((line) => line.includes('undeclared'));
  const begun = async (enabled: boolean, starts: [workflow: string, cache: object | true][]) => {
    await scenes(
      { f: async (x) => x },
      async ({ result }) => {
        for (const [workflow, cache] of starts) expect(await result(workflow, [1], { cache })).toBe(1);
      },
      { plugin: { enabled } },
    );
    return warned();
  };

  test('is warned of once, with the ways out', async () => {
    const warning = expect.stringMatching(
      /undeclared-workflow · plain: the start gives options .*add a 'version' or behavior: 'auto'.* cachedWorkflow/,
    );
    const ttl = { ttl: '1 hour' };
    expect(await begun(true, [['plain', ttl], ['plain', { ...ttl, mode: 'use' }]])).toEqual([warning]); // prettier-ignore
  });

  test.each<[string, object | true, boolean]>([
    ['whole', { ttl: '1 hour' }, true],
    ['plain', { ttl: '1 hour', version: '1' }, true],
    ['plain', true, true],
    ['plain', { mode: 'overwrite' }, true],
    ['plain', { ttl: '1 hour' }, false],
  ])(
    'is not warned of where they act, or where the cache is off: %s, %j, %j',
    async (workflow, cache, on) => {
      expect(await begun(on, [[workflow, cache]])).toEqual([]);
    },
  );
});

describe("types in the plugin's activities that no Worker has", () => {
  const named = { plian: 'auto', plain: 'auto', other: 'auto' } as const;
  const lines = () =>
    warnings.splice(0).filter(({ message }) => message.includes("the plugin's 'activities'"));
  const body = async (x: number) => x;

  test('are named once, with the nearest type, for all Workers of the process', async () => {
    const cache = new CachePlugin({ store: 'memory:', activities: named });
    await withLookups(
      { plain: body },
      async ({ run }) => {
        await withWorker({ activities: { other: body }, plugins: [cache] }, async () =>
          run('sequence', [{ type: 'plain', args: [1] }]),
        );
      },
      { plugins: [cache] },
    );
    await withWorker({ activities: { plain: body }, plugins: [cache] }, async () => undefined);
    expect(lines()).toEqual([
      { message: expect.stringContaining("'plian' (did you mean 'plain'?)."), meta: { types: ['plian'] } },
    ]);
  });

  test.each([
    ['of a Worker without Activities', {}, {}],
    ['of a plugin that is switched off', { plain: body }, { enabled: false }],
  ])('are not the business %s', async (_, activities, options) => {
    const cache = new CachePlugin({ store: 'memory:', activities: named, ...options });
    await withLookups(activities, async ({ run }) => run('sequence', []), { plugins: [cache] });
    expect(lines()).toEqual([]);
  });
});

test('an Activity whose wrapper dropped its options is named by one warning', async () => {
  type Body = (x: number) => Promise<number>;
  const traced =
    (fn: Body): Body =>
    async (x) =>
      fn(x);
  const declared = cached('auto', async function load(x: number) {
    return x;
  });
  const activities = {
    lost: traced(declared),
    bound: cached('auto', async (x: number) => x).bind(undefined),
    kept: cached('auto', traced(declared)),
    named: traced(declared),
    disabled: traced(cached('disable', async (x: number) => x)),
    plain: traced(async (x) => x),
  };
  const plugins = () => [new CachePlugin({ store: 'memory:', activities: { named: 'auto' } })];
  await withLookups(
    activities,
    async ({ run }) =>
      run(
        'sequence',
        Object.keys(activities).map((type) => ({ type, args: [1] })),
      ),
    { plugins: plugins() },
  );
  const lines = warnings.splice(0).filter(({ message }) => message.includes('not cached'));
  expect(lines).toEqual([
    {
      message: expect.stringMatching(
        /not cached: lost \(wraps 'load'\), bound \(wraps 'an anonymous function'\): .* needs no bind\(\)/,
      ),
      meta: { types: ['lost', 'bound'] },
    },
  ]);
});

test('what a version does not see is listed by one warning when the Worker starts', async () => {
  class Model {
    constructor(readonly name: string) {}
  }
  const embedWith = (model: Model) => cached('auto', async () => model.name);
  const ownPolicy = { policies: [reachableCode(), { name: 'model', getVersion: () => 'small' }] };
  const named = (model: Model) => cached(ownPolicy, async () => model.name);
  const activities = { embed: embedWith(new Model('small')), named: named(new Model('small')) };
  await withLookups(activities, async ({ run }) => {
    await run('sequence', [{ type: 'embed', args: [] }]);
    const lines = warnings.splice(0).filter(({ message }) => message.includes('versions do not see'));
    expect(lines).toEqual([
      { message: expect.any(String), meta: { unseen: { embed: [expect.stringMatching(/: model$/)] } } },
    ]);
  });
});
