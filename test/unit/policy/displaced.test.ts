/** An option that another one in the same place would leave without effect is rejected. One that only overrides it is not. */
import { cached, cachedAll, CacheOptionsError, CachePlugin, environment } from 'temporal-activity-cache';
import type { CacheOptions } from '../../../src/options/cache-options';
import { MockWorker } from '../../helpers/mock';
import { writeCall } from '../../../src/options/call-site';
import { functionOf } from '../call';

const fn = () => functionOf('async (data, params) => data');
const policies = environment('MODEL');
const key = () => 1;
const hashInputs = { data: () => 'a' };

const combinations: [string, CacheOptions, CacheOptions][] = [
  ["'version' replaces 'policies'", { version: '1' }, { policies }],
  ["'key' replaces 'ignoredInputs'", { key }, { ignoredInputs: 'data' }],
  ["'key' replaces 'hashInputs'", { key }, { hashInputs }],
];

describe('in one layer', () => {
  test.each(combinations)('%s', (message, by, field) => {
    const both = { ...by, ...field };
    for (const declare of [
      () => cached(both, fn()),
      () => cachedAll(both, { f: fn() }),
      () => new CachePlugin({ store: 'memory:', activities: { f: both } }),
      () => new CachePlugin({ store: 'memory:', defaults: both }),
    ]) {
      expect(declare).toThrow(CacheOptionsError);
      expect(declare).toThrow(`${message}: give only one of them`);
    }
  });

  test.each<[string, CacheOptions]>([
    ['a version and no policies', { version: '1', policies: undefined }],
    ['policies of a behaviour that is said', { behavior: 'auto', policies }],
    ['a key and no inputs', { key, ignoredInputs: [], hashInputs: {} }],
    ['a key and the names of parameters', { key, parameters: ['a', 'b'] }],
    ['inputs and hashes', { ignoredInputs: 'params', hashInputs }],
  ])('%s are no contradiction', (_name, options) => {
    expect(() => cached(options, fn())).not.toThrow();
  });
});

describe('an option above one that replaces it would have no effect', () => {
  test.each(combinations)('%s', (_message, by, field) => {
    const name = Object.keys(field)[0]!;
    const message = `'${name}' would have no effect, because a lower layer sets '${Object.keys(by)[0]}'`;
    const ownAbove = () => cachedAll(by, { f: cached(field, fn()) });
    const groupBelow = () => {
      const f = fn();
      cachedAll(by, { f });
      cached(field, f);
    };
    const named = () => new MockWorker({ f: cached(by, fn()) }, { activities: { f: field } });
    const overDefaults = () => new MockWorker({ f: cached(field, fn()) }, { defaults: by });
    for (const declare of [ownAbove, groupBelow, named, overDefaults]) {
      expect(declare).toThrow(CacheOptionsError);
      expect(declare).toThrow(message);
    }
  });

  test("unless a behaviour says that the version does not count: 'auto', or 'disable'", () => {
    expect(() =>
      cachedAll({ version: '1' }, { f: cached({ behavior: 'auto', policies }, fn()) }),
    ).not.toThrow();
    expect(() =>
      cachedAll({ version: '1' }, { f: cached({ behavior: 'disable', policies }, fn()) }),
    ).not.toThrow();
  });
});

describe('said below it, it is overridden', () => {
  test.each(combinations)('%s', (_message, by, field) => {
    expect(() => cachedAll(field, { f: cached(by, fn()) })).not.toThrow();
    expect(() => new MockWorker({ f: cached(field, fn()) }, { activities: { f: by } })).not.toThrow();
    expect(() => new MockWorker({ f: cached(by, fn()) }, { defaults: field })).not.toThrow();
  });
});

describe('at a call site', () => {
  const call = (worker: MockWorker, cache: unknown) =>
    worker.callWith({ headers: { 'activity-cache-call': writeCall({ cache }) } }, 'f', 1, 2);

  test('a version overrides the policies that are declared', async () => {
    const worker = new MockWorker({ f: cached({ policies }, fn()) });
    await call(worker, { version: '1' });
    expect(worker.told).toMatchObject([{ status: 'stored' }]);
  });

  test('ignored inputs that a declared key would ignore bypass the cache, and say so', async () => {
    const worker = new MockWorker({ f: cached({ key }, fn()) });
    await call(worker, { ignoredInputs: 'data' });
    expect(worker.told).toMatchObject([{ status: 'bypassed', reason: 'policy-error' }]);
    expect(worker.told[0]!.detail).toContain("'ignoredInputs' would have no effect");
  });
});
