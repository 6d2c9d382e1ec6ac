/** What may be said about caching, and what is refused, naming what was meant. */
import { toCallSiteLayer } from '../../../src/options/call-site';
import { CacheOptionsError } from '../../../src/errors';
import type { CacheOptions } from '../../../src/options/cache-options';
import { toLayer } from '../../../src/options/layer';
import { functionBody } from '../../../src/key/version/policy';

const layer = (given: unknown) => toLayer(given as CacheOptions, `cached('train')`);

function message(given: unknown): string {
  try {
    layer(given);
  } catch (error) {
    expect(error).toBeInstanceOf(CacheOptionsError);
    expect((error as Error).message).toMatch(/^cached\('train'\): /);
    return (error as Error).message;
  }
  throw new Error(`it was accepted: ${String(given)}`);
}

describe('shorthands', () => {
  test.each([
    [true, 'auto'],
    [false, 'disable'],
    ['auto', 'auto'],
    ['disable', 'disable'],
  ])('%j means %s', (given, behavior) => {
    expect(layer(given)).toEqual({ behavior });
  });

  test('a version alone means override', () => {
    expect(layer({ version: '1' })).toEqual({ behavior: 'override', version: '1' });
    expect(layer({ version: '1', behavior: undefined })).toEqual({ behavior: 'override', version: '1' });
    expect(layer({ version: '1', behavior: 'override' })).toEqual({ behavior: 'override', version: '1' });
  });

  test('nothing said stays unsaid', () => {
    expect(layer({})).toEqual({});
    expect(layer({ salt: 'a' }).behavior).toBeUndefined();
  });

  test('one policy, or one ignored input, is a list of one', () => {
    const policy = functionBody();
    expect(layer({ policies: policy }).policies).toEqual([policy]);
    expect(layer({ policies: [policy] }).policies).toEqual([policy]);
    expect(layer({ ignoredInputs: 0 }).ignoredInputs).toEqual(['0']);
    expect(layer({ ignoredInputs: 'a' }).ignoredInputs).toEqual(['a']);
    expect(layer({ ignoredInputs: ['a', 1, '2.b'] }).ignoredInputs).toEqual(['a', '1', '2.b']);
    expect(layer({ ignoredInputs: [] }).ignoredInputs).toEqual([]);
  });
});

describe('values that mean nothing are refused', () => {
  test.each<[unknown, string]>([
    [undefined, 'cache options must be an object, a behavior or a boolean'],
    [null, 'cache options must be an object'],
    [1, 'cache options must be an object'],
    [() => 1, 'cache options must be an object'],
    ['override', `behavior 'override' needs a 'version'`],
    ['Auto', `behavior "Auto" is not one of 'auto', 'override', 'disable'`],
    ['', `behavior "" is not one of`],
    [{ behavior: null }, 'behavior null is not one of'],
    [{ behavior: true }, 'behavior true is not one of'],
    [{ behavior: 'enable' }, `'auto', 'override', 'disable' (or true, false)`],
    [{ behavior: 'override' }, `behavior 'override' needs a 'version'`],
    [{ behavior: 'auto', version: '1' }, `give only one of them`],
    [{ version: '' }, `version must be a text like '2', not empty`],
    [{ version: 2 }, 'version must be a text'],
    [{ version: null }, 'version must be a text'],
    [{ salt: 1 }, 'salt must be a text'],
    [{ salt: null }, 'salt must be a text'],
    [{ signature: {} }, 'signature must be a text'],
    [{ key: 'userId' }, 'key must be a function'],
    [{ cacheIf: true }, 'cacheIf must be a function'],
    [{ hitIf: true }, 'hitIf must be a function'],
    [{ parameters: 'data' }, 'parameters must be a list of names'],
    [{ parameters: ['data', 1] }, 'parameters must be a list of names'],
    [{ hashInputs: { data: 'sha256' } }, 'hashInputs must give a function for each name or path'],
    [{ hashInputs: null }, 'hashInputs must give a function for each name or path'],
    [{ hashInputs: () => 'x' }, 'hashInputs must give a function for each name or path'],
    [{ policies: [] }, 'policies must be one or more of { name, getVersion(salt, parameters) }'],
    [{ policies: null }, 'policies must be one or more of'],
    [{ policies: ['functionBody'] }, 'policies must be one or more of'],
    [{ policies: functionBody }, 'policies must be one or more of'],
    [{ policies: { getVersion: () => '1' } }, 'policies must be one or more of'],
    [{ policies: [functionBody(), { name: 'a' }] }, 'policies must be one or more of'],
    [{ ignoredInputs: null }, 'ignoredInputs must be parameter names, indexes or dotted paths'],
    [{ ignoredInputs: { data: true } }, 'ignoredInputs must be parameter names'],
    [{ ignoredInputs: ['data', undefined] }, 'ignoredInputs must be parameter names'],
    [{ ignoredInputs: -1 }, 'ignoredInputs must be parameter names'],
    [{ ignoredInputs: 1.5 }, 'ignoredInputs must be parameter names'],
    [{ ignoredInputs: NaN }, 'ignoredInputs must be parameter names'],
  ])('%p', (given, expected) => {
    expect(message(given)).toContain(expected);
  });
});

describe('ttl', () => {
  test.each<[any, number]>([
    [1, 1],
    [0.5, 0.5],
    ['30 days', 30 * 86_400_000],
    ['1ms', 1],
    ['500', 500],
    ['2 seconds', 2_000],
    [Infinity, Infinity],
  ])('of %j is %d ms', (ttl, ttlMs) => {
    expect(layer({ ttl })).toEqual({ ttlMs });
  });

  test.each<[unknown, string]>([
    [0, `ttl must be more than 0. To cache nothing, use 'disable'`],
    ['0 days', 'ttl must be more than 0'],
    [-1, 'ttl must be more than 0'],
    ['-1 day', 'ttl must be more than 0'],
    [NaN, 'ttl must be more than 0'],
    ['', `ttl "" is not a duration like '30 days' or milliseconds`],
    ['soon', 'ttl "soon" is not a duration'],
    ['30 parsecs', 'is not a duration'],
    [null, 'ttl null is not a duration'],
    [{ days: 30 }, 'is not a duration'],
    [true, 'is not a duration'],
  ])('of %j is refused', (ttl, expected) => {
    expect(message({ ttl })).toContain(expected);
  });

  test('that is not said is none', () => {
    expect(layer({ ttl: undefined }).ttlMs).toBeUndefined();
  });
});

describe('unknown fields are refused, naming the nearest valid one', () => {
  test.each([
    // Slips of the pen.
    ['behaviour', 'behavior'],
    ['Version', 'version'],
    ['verison', 'version'],
    ['TTL', 'ttl'],
    ['SALT', 'salt'],
    ['ignoreInputs', 'ignoredInputs'],
    ['ignoredInput', 'ignoredInputs'],
    ['ignoredinputs', 'ignoredInputs'],
    ['hashInput', 'hashInputs'],
    ['policy', 'policies'],
    ['signatures', 'signature'],
    ['cacheif', 'cacheIf'],
    ['keys', 'key'],
    ['tag', 'tags'],
    ['Tags', 'tags'],
    // What Flyte, Union and Prefect call them.
    ['version_override', 'version'],
    ['cache_version', 'version'],
    ['ignored_inputs', 'ignoredInputs'],
    ['cache_ignore_input_vars', 'ignoredInputs'],
    ['cache', 'behavior'],
    ['enabled', 'behavior'],
    ['hash_method', 'hashInputs'],
    ['cache_key_fn', 'key'],
    ['cache_policy', 'policies'],
    ['cache_expiration', 'ttl'],
    ['expiration', 'ttl'],
    ['cache_serialize', 'serialize'],
    ['serialized', 'serialize'],
    ['serialise', 'serialize'],
  ])('%s: did you mean %s?', (field, nearest) => {
    expect(message({ [field]: 'x' })).toContain(`unknown field '${field}'; did you mean '${nearest}'?`);
  });

  test.each(['mode', 'activities', 'zzz', 'toString', '__proto__x', ''])(
    '%p, near nothing: only what is valid is named',
    (field) => {
      expect(message({ [field]: true })).toBe(
        `cached('train'): unknown field '${field}'. Valid: behavior, version, salt, ignoredInputs, parameters, ` +
          'hashInputs, key, policies, signature, ttl, tags, serialize, cacheIf, hitIf',
      );
    },
  );

  test('also when they are undefined, and whatever else is said', () => {
    expect(message({ version: '1', serialise: undefined })).toContain("unknown field 'serialise'");
    expect(message(JSON.parse('{"__proto__":1}'))).toContain("unknown field '__proto__'");
    expect(message(['auto'])).toContain("unknown field '0'");
  });
});

describe('serialize', () => {
  test('is true, false, or says for how long a call waits', () => {
    const said = (serialize: unknown) => layer({ serialize }).serialize;
    expect(said(true)).toEqual({});
    expect(said(false)).toBe(false);
    expect(said({})).toEqual({});
    expect(said({ waitTimeout: '2 minutes' })).toEqual({ waitTimeoutMs: 120_000 });
  });

  test.each([
    ['yes', 'serialize must be true, false or { waitTimeout }'],
    [null, 'serialize must be true, false or { waitTimeout }'],
    [{ timeout: '1 s' }, `serialize: unknown field 'timeout'`],
    [{ waitTimeout: 'soon' }, 'waitTimeout'],
    [{ waitTimeout: 0 }, 'waitTimeout'],
  ])('anything else is refused: %p', (serialize, says) => {
    expect(message({ serialize })).toContain(says);
  });
});

test('a mode at a call site is an error that says where modes belong', () => {
  expect(() => toCallSiteLayer({ mode: 'off' }, 'a call')).toThrow(
    /a call: set 'mode' where a run is started/,
  );
});
