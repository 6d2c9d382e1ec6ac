/** From a call to its key: every part of it separates, and nothing else does. */
import { RawValue } from '@temporalio/common';
import golden from '../../../src/key/vectors.golden.json';
import { digester } from '../../../src/key/key';
import type { CacheOptions } from '../../../src/options/cache-options';
import { Identifier } from '../../../src/policy/identify';
import { signatureOf } from '../../../src/policy/signature';
import {
  callWith,
  type CallOptions,
  functionOf,
  identifierOf,
  identify,
  type Info,
  keyOf,
  policyOf,
} from '../call';

const fn = functionOf('async (x) => x');
const header = (text: string) => ({
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(text),
});
const fails = (error: unknown) => () => {
  throw error;
};
const vary = ['tenant', 'user'];
const activity = (info: Partial<Info>): CallOptions => ({ fn, info });

describe('each of these is a key of its own', () => {
  const calls: [string, CacheOptions, unknown[], CallOptions][] = [
    ['the call', {}, [1], { fn }],
    ['other arguments', {}, [2], { fn }],
    ['more arguments', {}, [1, undefined], { fn }],
    ['another Activity type', {}, [1], activity({ activityType: 'cube' })],
    ['another namespace', {}, [1], activity({ namespace: 'other' })],
    ['another scope', {}, [1], { fn, space: { scope: 'fraud/production' } }],
    [
      'a scope and a namespace swapped',
      {},
      [1],
      { fn, space: { scope: 'default' }, info: { namespace: '' } },
    ],
    ['a salt', { salt: 'a' }, [1], { fn }],
    ['another salt', { salt: 'b' }, [1], { fn }],
    ['a version', { version: '1' }, [1], { fn }],
    ['another version', { version: '2' }, [1], { fn }],
    ['a version and a salt', { version: '1', salt: 'a' }, [1], { fn }],
    ['a signature', { signature: 'a' }, [1], { fn }],
    ['another body', {}, [1], { fn: functionOf('async (x) => -x') }],
    ['another parameter', { version: '1' }, [1], { fn: functionOf('async (y) => 0') }],
    ['a secret', {}, [1], { fn, space: { digest: digester('s3cret') } }],
    ['another secret', {}, [1], { fn, space: { digest: digester('s3cret2') } }],
    ['a key', { key: ({ args }) => args }, [1], { fn }],
    ['a key that is null', { key: () => null }, [1], { fn }],
    ['vary, without headers', {}, [1], { fn, space: { vary } }],
    ['one header less', {}, [1], { fn, space: { vary: ['tenant'] } }],
    ['a header', {}, [1], { fn, space: { vary }, headers: { tenant: header('a') } }],
    ['another value of it', {}, [1], { fn, space: { vary }, headers: { tenant: header('b') } }],
    ['that value of another header', {}, [1], { fn, space: { vary }, headers: { user: header('a') } }],
    ['an empty header', {}, [1], { fn, space: { vary }, headers: { tenant: header('') } }],
    ['vary in another order', {}, [1], { fn, space: { vary: ['user', 'tenant'] } }],
  ];

  test.each(calls)('%s', async (name, options, args, call) => {
    const key = await keyOf(options, args, call);
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    for (const [another, ...other] of calls)
      if (another !== name) expect([another, await keyOf(...other)]).not.toEqual([another, key]);
  });
});

describe('none of these changes the key', () => {
  const base = { ttl: undefined, version: '1' };
  test.each<[string, CacheOptions, CallOptions]>([
    ['a ttl', { ...base, ttl: '1 day' }, { fn }],
    ['cacheIf', { ...base, cacheIf: () => true }, { fn }],
    ['an empty salt and signature', { ...base, salt: '', signature: '' }, { fn }],
    ['headers not named in vary', base, { fn, headers: { tenant: header('a') } }],
    ['the body, under a version', base, { fn: functionOf('async (x) => { return -x; }') }],
    ['the name of the function', base, { fn: functionOf('async function other(x) { return x; }') }],
    [
      'the attempt, the Workflow and the queue',
      base,
      activity({ attempt: 3, taskQueue: 'q', activityId: '9' }),
    ],
    ['whether digests are kept', base, { fn, space: { keepInputDigests: false } }],
  ])('%s', async (_name, options, call) => {
    expect(await keyOf(options, [1], call)).toBe(await keyOf({ version: '1' }, [1], { fn }));
  });

  test('calls before it, of other namespaces and types', async () => {
    const identifier = identifierOf({}, { fn });
    for (const info of [{}, { namespace: 'other' }, {}, { activityType: 'cube' }, { namespace: 'other' }])
      expect((await identifier.identify(callWith([1], { info }))).key).toBe(
        await keyOf({}, [1], { fn, info }),
      );
  });

  test('calls before it, and calls at the same time', async () => {
    const identifier = identifierOf({}, { fn, space: { vary } });
    const calls = [1, 2, 3, 4].map((n) =>
      callWith([n], { headers: { tenant: header(`${n % 2}`) }, info: { activityType: `t${n % 3}` } }),
    );
    const together = await Promise.all(calls.map((call) => identifier.identify(call)));
    for (const [i, call] of calls.entries()) {
      const alone = await identifierOf({}, { fn, space: { vary } }).identify(call);
      expect(together[i]!.key).toBe(alone.key);
      expect((await identifier.identify(call)).key).toBe(alone.key);
    }
  });
});

describe('key', () => {
  test('is given the call, and what it returns replaces the inputs', async () => {
    const given: unknown[] = [];
    const options: CacheOptions = { key: (call) => (given.push(call), call.args[0].id) };
    const headers = { tenant: header('a') };
    const one = await keyOf(options, [{ id: 1, at: 1 }], { fn, headers });
    expect(given).toEqual([
      { args: [{ id: 1, at: 1 }], headers, activityType: 'square', info: expect.anything() },
    ]);
    expect(await keyOf(options, [{ id: 1, at: 2 }, 'more'], { fn })).toBe(one);
    expect(await keyOf(options, [{ id: '1' }], { fn })).not.toBe(one);
  });

  test('may answer with a promise', async () => {
    const [now, later] = [{ key: () => ({ id: 1 }) }, { key: async () => ({ id: 1 }) }];
    expect(await keyOf(later, [1], { fn })).toBe(await keyOf(now, [1], { fn }));
  });

  test.each<[string, CacheOptions['key'], object]>([
    ['throws', fails(new Error('secret')), { reason: 'policy-error', detail: 'key threw' }],
    ['throws no error', fails(undefined), { reason: 'policy-error', detail: 'key threw' }],
    [
      'rejects',
      async () => Promise.reject(new Error('secret')),
      { reason: 'policy-error', detail: 'key threw' },
    ],
    [
      'answers a function',
      () => ({ a: [() => 1] }),
      { reason: 'unkeyable', detail: expect.stringMatching(/^a\.0: /) },
    ],
  ])('that %s leaves the call without a key', async (_name, key, expected) => {
    const identity = await identify({ key }, [1], { fn });
    expect(identity).toMatchObject({ ...expected, error: expect.any(Error) });
    expect(identity.key).toBeUndefined();
  });
});

describe('arguments that cannot be keyed', () => {
  test.each<[string, unknown[], string]>([
    ['by the name of the parameter', [1, { a: [() => 1] }], 'params.a.0: a function'],
    ['by index where it has no name', [1, 2, { b: Symbol() }], '2.b: a symbol'],
    ['by index beyond the parameters', [1, 2, {}, 4, () => 1], '4: a function'],
    ['the parameter itself', [() => 1], 'data: a function'],
  ])('are named: %s', async (_name, args, detail) => {
    const call = { fn: functionOf('async (data, params, { b }, ...rest) => 0') };
    const identity = await identify({}, args, call);
    expect(identity).toMatchObject({ reason: 'unkeyable', detail: expect.stringContaining(detail) });
  });

  test('need not throw errors', async () => {
    const hostile = {
      get a() {
        throw Object.create(null);
      },
    };
    expect(await identify({}, [hostile], { fn })).toMatchObject({ detail: 'x.a: reading it threw' });
  });
});

describe('digests', () => {
  const digestsOf = async (options: CacheOptions, args: unknown[], call: CallOptions = {}) => {
    const identity = await identify(options, args, {
      fn: functionOf('(data, { n }, ...more) => 0'),
      ...call,
    });
    if (identity.key === undefined) throw identity.error;
    return identity.digests();
  };

  test('are of each part of the key, and of each input by path', async () => {
    const { parts, inputs } = await digestsOf({}, [{ a: [1, { b: 2 }], c: undefined }, { n: 1 }, 'x']);
    const labels = ['namespace', 'scope', 'activityType', 'signature', 'version', 'salt', 'vary', 'inputs'];
    expect(Object.keys(parts)).toEqual(labels);
    expect(Object.keys(inputs!).sort()).toEqual(['1.n', '2', 'data.a.0', 'data.a.1.b']);
    for (const digest of Object.values({ ...parts, ...inputs })) expect(digest).toMatch(/^[0-9a-f]{32}$/);
  });

  test('change exactly where the input changed', async () => {
    const args = (b: number) => [{ a: [1, { b }] }, { n: 1 }, 'x'];
    const [one, other] = [await digestsOf({}, args(2)), await digestsOf({}, args(3))];
    const changed = (of: 'parts' | 'inputs') =>
      Object.keys(one[of]!).filter((name) => one[of]![name] !== other[of]![name]);
    expect([changed('parts'), changed('inputs')]).toEqual([['inputs'], ['data.a.1.b']]);
  });

  test('leave out what is ignored, and show what is hashed as a whole', async () => {
    const options: CacheOptions = { ignoredInputs: ['data.a', 'more'], hashInputs: { 'data.h': () => 'x' } };
    const { inputs } = await digestsOf(options, [{ a: 1, h: { deep: 1 }, c: 2 }, { n: 1 }, 'x', 'y']);
    expect(Object.keys(inputs!).sort()).toEqual(['1.n', 'data.c', 'data.h']);
  });

  test('of inputs are not made where they must not be kept, nor where there is a key', async () => {
    const space = { keepInputDigests: false };
    expect(await digestsOf({}, [1], { space })).toEqual({
      parts: expect.not.objectContaining({ inputs: '' }),
    });
    expect((await digestsOf({}, [1], { space })).parts).not.toHaveProperty('inputs');
    const { parts, inputs } = await digestsOf({ key: () => 1 }, [1]);
    expect(parts).toHaveProperty('key');
    expect(inputs).toBeUndefined();
  });

  test('are HMACs under a secret', async () => {
    const [open, secret] = [
      await digestsOf({}, [1]),
      await digestsOf({}, [1], { space: { digest: digester('s') } }),
    ];
    for (const name of Object.keys(open.parts)) expect(secret.parts[name]).not.toBe(open.parts[name]);
    expect(secret.inputs!.data).not.toBe(open.inputs!.data);
  });

  test('are at most 64 of inputs: what is beyond is digested as a whole', async () => {
    const wide = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`m${i}`, { deep: i }]));
    const narrow = Array.from({ length: 60 }, (_, i) => ({ a: i, b: i }));
    const raw = RawValue.fromPayload({ metadata: {}, data: Buffer.from('1') });
    for (const args of [
      [wide],
      [narrow],
      [narrow, narrow],
      [raw],
      [wide, wide, narrow],
      new Array(500).fill(1),
    ])
      expect(Object.keys((await digestsOf({}, args)).inputs!).length).toBeLessThanOrEqual(64);
  });

  test('tell names apart that look like paths', async () => {
    const { inputs } = await digestsOf({}, [{ 'a.b': 1, a: { b: 2 }, '': 3 }]);
    expect(Object.keys(inputs!).sort()).toEqual(['data.""', 'data."a.b"', 'data.a.b']);
  });

  test('never throw: what can be read only once is left out', async () => {
    let reads = 0;
    const once = {
      get a() {
        if (reads++ > 0) throw new Error('read twice');
        return 1;
      },
    };
    const { parts, inputs } = await digestsOf({}, [once]);
    expect(parts).toHaveProperty('version');
    expect(inputs).toBeUndefined();
  });
});

type OtherSignature = [kind: 'call site' | 'workflow', signature: string];

interface GoldenCall {
  namespace: string;
  scope: string;
  activityType: string;
  signature: [parameters: string[], typeInfo: string | null, signature: string] | OtherSignature;
  version: { behavior: string; text: string };
  salt: string;
  vary: [string, null][];
  args: unknown[];
  secret?: string;
  key: string;
}

describe('the golden keys', () => {
  const calls = golden.keys as unknown as GoldenCall[];

  const isOther = ({ signature: [first] }: GoldenCall) => typeof first === 'string';

  test.each(calls.filter(isOther))('are those of call sites and Workflows: $key', async (of) => {
    const [kind, option] = of.signature as OtherSignature;
    const signature = signatureOf({ kind }, option);
    expect(signature).toEqual(of.signature);
    const space = { scope: of.scope, vary: [], digest: digester(of.secret), keepInputDigests: true };
    const identifier = new Identifier({ ...policyOf({ version: of.version.text }), signature }, space);
    const info = { namespace: of.namespace, activityType: of.activityType };
    expect(await identifier.identify(callWith(of.args, { info }))).toMatchObject({ key: of.key });
  });

  test.each(calls.filter((of) => of.version.behavior === 'override' && !isOther(of)))(
    'are those of calls: $key',
    async (of) => {
      const [parameters, typeInfo, signature] = of.signature as Exclude<
        GoldenCall['signature'],
        OtherSignature
      >;
      const square = functionOf('async (x) => x * x');
      if (typeInfo !== null)
        Object.assign(square, { activityDefinitionOptions: { typeInfo: JSON.parse(typeInfo) } });
      const key = await keyOf({ version: of.version.text, salt: of.salt, parameters, signature }, of.args, {
        fn: square,
        space: { scope: of.scope, vary: of.vary.map(([name]) => name), digest: digester(of.secret) },
        info: { namespace: of.namespace, activityType: of.activityType },
      });
      expect(key).toBe(of.key);
    },
  );
});

test('a policy keeps its function, and the parameters of it', () => {
  expect(policyOf({}, fn)).toMatchObject({ fn, behavior: 'auto', salt: '', parameterNames: ['x'] });
});
