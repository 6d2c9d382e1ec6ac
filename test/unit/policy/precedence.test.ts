/** Which layer counts: fields merge one by one, from the highest to the lowest that says something. */
import { CachePlugin } from 'temporal-activity-cache';
import type { CacheOptions, CacheShorthand } from '../../../src/options/cache-options';
import { toLayer } from '../../../src/options/layer';
import { cached, cachedAll, layersOf, wrappingOf } from '../../../src/policy/cached';
import { type Policy, resolvePolicy } from '../../../src/policy/resolve';
import { functionBody } from '../../../src/key/version/policy';
import { functionOf } from '../call';

const fn = () => functionOf('async (data, params) => data');

/** The policy of layers, the highest first. */
function merged(...layers: CacheShorthand[]): Policy {
  const checked = layers.map((layer) => toLayer(layer, 'test'));
  return resolvePolicy(checked, fn(), 'test', 'lenient').policy;
}

describe('behaviour and version', () => {
  test.each<[string, CacheShorthand[], Partial<Policy>]>([
    ['nothing said is auto', [{}], { behavior: 'auto', version: undefined }],
    ['a version is override', [{ version: '1' }], { behavior: 'override', version: '1' }],
    ['a version above auto is override', [{ version: '1' }, 'auto'], { behavior: 'override', version: '1' }],
    [
      'a version above disable is override',
      [{ version: '1' }, 'disable'],
      { behavior: 'override', version: '1' },
    ],
    ['auto drops a lower version', ['auto', { version: '1' }], { behavior: 'auto', version: undefined }],
    ['true drops a lower version', [true, { version: '1' }], { behavior: 'auto', version: undefined }],
    [
      'auto drops all lower versions',
      [{ salt: 'a' }, 'auto', { version: '1' }, { version: '2' }],
      { behavior: 'auto', version: undefined },
    ],
    [
      'a version above auto above a version',
      [{ version: '1' }, 'auto', { version: '2' }],
      { behavior: 'override', version: '1' },
    ],
    ['auto above disable', ['auto', 'disable'], { behavior: 'auto' }],
    ['disable above auto', ['disable', 'auto'], { behavior: 'disable' }],
    ['disable above a version', ['disable', { version: '1' }], { behavior: 'disable', version: undefined }],
    [
      'disable and a version in one layer',
      [{ behavior: 'disable', version: '1' }],
      { behavior: 'disable', version: undefined },
    ],
    ['a higher version', [{ version: '1' }, { version: '2' }], { behavior: 'override', version: '1' }],
    [
      'a lower version, where nothing is said',
      [{ salt: 'a' }, { version: '2' }],
      { behavior: 'override', version: '2' },
    ],
    ['a lower disable, where nothing is said', [{ salt: 'a' }, 'disable'], { behavior: 'disable' }],
    [
      'undefined says nothing',
      [{ version: undefined, behavior: undefined }, { version: '2' }],
      { behavior: 'override', version: '2' },
    ],
  ])('%s', (_name, layers, expected) => {
    expect(merged(...layers)).toMatchObject(expected);
  });

  test.each<[string, CacheOptions]>([
    ['auto and a version', { behavior: 'auto', version: '1' }],
    ['override without a version', { behavior: 'override' }],
  ])('%s in one layer throws', (_name, layer) => {
    expect(() => merged(layer, { version: '2' })).toThrow('version');
  });
});

describe('each field comes from the highest layer that gives it', () => {
  const [key, lowKey] = [() => 1, () => 2];
  const [cacheIf, lowCacheIf] = [() => true, () => false];
  const [policies, lowPolicies] = [functionBody(), functionBody()];

  test.each<[keyof Policy, CacheOptions, CacheOptions, unknown]>([
    ['salt', { salt: 'a' }, { salt: 'b' }, 'a'],
    ['salt', { salt: '' }, { salt: 'b' }, ''],
    ['ttlMs', { ttl: 1 }, { ttl: 2 }, 1],
    ['key', { key }, { key: lowKey }, key],
    ['cacheIf', { cacheIf }, { cacheIf: lowCacheIf }, cacheIf],
    ['hitIf', { hitIf: cacheIf }, { hitIf: lowCacheIf }, cacheIf],
    ['policies', { policies }, { policies: lowPolicies }, [policies]],
    ['signature', { signature: 'a' }, { signature: 'b' }, [expect.anything(), null, 'a']],
    ['parameterNames', { parameters: ['a'] }, { parameters: ['b'] }, ['a']],
  ])('%s: %j above %j', (field, high, low, expected) => {
    expect(merged(high, low)[field]).toEqual(expected);
    expect(merged({}, high, low)[field]).toEqual(expected);
    expect(merged(high, {}, low)[field]).toEqual(expected);
    expect(merged({ [Object.keys(high)[0]!]: undefined }, high, low)[field]).toEqual(expected);
  });

  test('lists do not grow together', () => {
    const { mask } = merged({ ignoredInputs: 'data' }, { ignoredInputs: 'params' });
    expect([mask?.member(0)?.ignored, mask?.member(1)?.ignored]).toEqual([true, undefined]);
    expect(merged({ ignoredInputs: [] }, { ignoredInputs: 'params' }).mask).toBeUndefined();
  });

  test('fields of different layers hold together', () => {
    expect(merged({ salt: 'a' }, { ttl: 5 }, { version: '1' }, { ignoredInputs: 0 })).toMatchObject({
      behavior: 'override',
      version: '1',
      salt: 'a',
      ttlMs: 5,
      mask: expect.anything(),
    });
  });

  test('no layer is changed by it', () => {
    const layers = [toLayer('auto', 'a'), toLayer({ version: '1', salt: 'b' }, 'b')];
    resolvePolicy(layers, fn(), 'test', 'lenient');
    expect(layers).toEqual([{ behavior: 'auto' }, { behavior: 'override', version: '1', salt: 'b' }]);
  });
});

describe('cached goes before cachedAll', () => {
  test.each([
    ['cached first', [0, 1]],
    ['cachedAll first', [1, 0]],
  ])('%s', (_name, order) => {
    const train = fn();
    const steps = [
      () => void cached({ salt: 'own', ttl: 1 }, train),
      () => void cachedAll({ salt: 'group', version: '1' }, { train }),
    ];
    for (const step of order) steps[step]!();
    const { policy } = resolvePolicy(layersOf(wrappingOf(train)), train, 'test', 'strict');
    expect(policy).toMatchObject({ salt: 'own', ttlMs: 1, behavior: 'override', version: '1' });
  });

  test("'disable' of one in a group that is cached, and the other way round", () => {
    const [off, on] = [cached('disable', fn()), cached('auto', fn())];
    cachedAll('auto', { off });
    cachedAll('disable', { on });
    const behaviorOf = (f: typeof off) =>
      resolvePolicy(layersOf(wrappingOf(f)), f, '', 'strict').policy.behavior;
    expect([behaviorOf(off), behaviorOf(on)]).toEqual(['disable', 'auto']);
  });
});

describe('names that a layer gives', () => {
  const strict =
    (...layers: CacheOptions[]) =>
    () =>
      resolvePolicy(
        layers.map((layer) => toLayer(layer, 'test')),
        fn(),
        'test',
        'strict',
      );

  test('are held against the function in the highest layer alone: a lower one was written for others too', () => {
    expect(strict({ ttl: 1 }, { ignoredInputs: 'traceId' })).not.toThrow();
    expect(strict({ ttl: 1 }, { hashInputs: { traceId: String } })).not.toThrow();
    expect(strict({ ignoredInputs: 'data' }, { hashInputs: { traceId: String } })).not.toThrow();
    expect(strict({ ignoredInputs: 'traceId' }, { ttl: 1 })).toThrow("no parameter 'traceId'");
    expect(strict({ hashInputs: { traceId: String } }, { ignoredInputs: 'data' })).toThrow(
      "no parameter 'traceId'",
    );
  });

  test('do not stop a Worker: its options speak of one function, the group of several', () => {
    const activities = cachedAll(
      { ignoredInputs: 'traceId' },
      { a: functionOf('async (traceId) => 0'), b: fn() },
    );
    const wire = (named: CacheOptions) => () =>
      new CachePlugin({ store: 'memory:', activities: { b: named } }).configureWorker({
        taskQueue: 'q',
        activities,
      });
    expect(wire({ ttl: '1 day' })).not.toThrow();
    expect(wire({ ignoredInputs: 'data' })).not.toThrow();
    expect(wire({ ignoredInputs: 'traceId' })).toThrow(
      "CachePlugin, Activity 'b': there is no parameter 'traceId'",
    );
  });

  test('may use parameters that a lower one names', () => {
    expect(strict({ ignoredInputs: 'b' }, { parameters: ['a', 'b'] })).not.toThrow();
    expect(strict({ ignoredInputs: 'data' }, { parameters: ['a', 'b'] })).toThrow('Its parameters: a, b');
  });
});
