/** cached and cachedAll: the function stays what it is, and carries its options. */
import { cached, cachedAll, wrappingOf } from '../../../src/policy/cached';
import { type AnyFunction, resolvePolicy } from '../../../src/policy/resolve';
import { cachedWorkflow } from '../../../src/options/cached-workflow';
import { functionOf } from '../call';

const fresh = () => functionOf('async (data, traceId) => [data, traceId]');

describe('cached', () => {
  test('returns the function itself, which runs as before', async () => {
    const train = fresh();
    expect(cached('auto', train)).toBe(train);
    expect(await train(1, 2)).toEqual([1, 2]);
    expect(train.length).toBe(2);
  });

  test('leaves own properties alone, and adds none that is seen', () => {
    const options = { typeInfo: { outputType: {} } };
    const train = Object.assign(fresh(), { activityDefinitionOptions: options, note: 1 });
    const names = Reflect.ownKeys(train).filter((name) => typeof name === 'string');
    cached('auto', train);
    expect(train.activityDefinitionOptions).toBe(options);
    expect(Object.keys(train)).toEqual(['activityDefinitionOptions', 'note']);
    expect(Reflect.ownKeys(train).filter((name) => typeof name === 'string')).toEqual(names);
    expect({ ...train }).toEqual({ activityDefinitionOptions: options, note: 1 });
  });

  test('keeps `this`, and what is thrown', async () => {
    const service = { n: 5, train: cached({ version: '1' }, function (this: any) { return this.n; }) }; // prettier-ignore
    expect(service.train()).toBe(5);
    const error = new Error('mine');
    await expect(cached('auto', async () => Promise.reject(error))()).rejects.toBe(error);
  });

  test('twice with the same options is once', () => {
    const train = fresh();
    const options = { ttl: '1 day', ignoredInputs: 'traceId' } as const;
    cached(options, train);
    const before = wrappingOf(train);
    expect(cached({ ...options }, train)).toBe(train);
    expect(cached({ ttl: 86_400_000, ignoredInputs: ['traceId'] }, train)).toBe(train);
    expect(wrappingOf(train)).toEqual(before);
  });

  test.each([['disable'], [{ salt: 'a' }], [{ version: '1' }], [true]] as const)(
    'twice with other options throws: %j',
    (other) => {
      const train = cached({ ttl: '1 day' }, fresh());
      expect(() => cached(other, train)).toThrow('this function is already wrapped, with other options');
      expect(wrappingOf(train)?.own).toEqual({ ttlMs: 86_400_000 });
    },
  );

  test('names the function in its messages, where it has a name', () => {
    const named = functionOf('async function trainModel(data) { return data; }');
    expect(() => cached({ ignoredInputs: 'x' }, named)).toThrow(
      "cached('trainModel'): there is no parameter 'x'",
    );
    expect(() => cached({ ignoredInputs: 'x' }, fresh())).toThrow("cached('an anonymous function'): ");
    expect(() => cachedWorkflow({ ignoredInputs: 'x' }, async () => 1)).toThrow(
      "cachedWorkflow('an anonymous function'): ",
    );
  });

  test.each([undefined, null, 'train', {}, Promise.resolve()])(
    'refuses %p: there is nothing to wrap',
    (fn) => {
      expect(() => cached('auto', fn as never)).toThrow('there is no function to wrap');
    },
  );

  test('with its arguments the wrong way round says so', () => {
    expect(() => (cached as any)(fresh(), 'auto')).toThrow('cache options must be an object');
  });

  test('that throws leaves the function unwrapped', () => {
    const train = fresh();
    expect(() => cached({ ignoredInputs: 'typo' }, train)).toThrow();
    expect(wrappingOf(train)).toBeUndefined();
    expect(cached({ ignoredInputs: 'traceId' }, train)).toBe(train);
  });

  describe('of a bound function', () => {
    const bound = (): AnyFunction => fresh().bind(null);

    test.each([['auto'], [true], [{}], [{ salt: 'a' }]] as const)(
      'throws with %j, and says what to do',
      (options) => {
        expect(() => cached(options, bound())).toThrow(
          /bound or native.*Give a 'version', or 'policies'.*stays the same.*'salt'/,
        );
      },
    );

    test.each([
      [{ version: '1' }],
      ['disable'],
      [false],
      [{ policies: { name: 'mine', getVersion: () => '1' } }],
      [{ version: '1', ignoredInputs: 0 }],
      [{ version: '1', parameters: ['a', 'b'], ignoredInputs: 'b' }],
    ] as const)('works with %j', (options) => {
      const fn = bound();
      expect(cached(options, fn)).toBe(fn);
    });
  });
});

describe('cachedAll', () => {
  test('returns the group itself, and wraps each function of it', () => {
    const group = { a: fresh(), b: fresh(), settings: { c: 1 }, name: 'text', none: undefined };
    expect(cachedAll('auto', group)).toBe(group);
    expect([wrappingOf(group.a), wrappingOf(group.b)]).toEqual([
      { group: { behavior: 'auto' } },
      { group: { behavior: 'auto' } },
    ]);
    expect(wrappingOf(group.settings as never)).toBeUndefined();
  });

  test('takes an instance with functions of its own, and a module', () => {
    class Service {
      train = fresh();
    }
    expect(wrappingOf(cachedAll('auto', new Service()).train)).toBeDefined();
    const module = Object.freeze(Object.assign(Object.create(null), { train: fresh() }));
    expect(wrappingOf(cachedAll('auto', module).train)).toBeDefined();
  });

  test.each<[string, object]>([
    ['an empty group', {}],
    ['a group without functions', { a: 1 }],
    ['an instance whose functions are methods', new (class { train() {} })()], // prettier-ignore
  ])('refuses %s', (_name, group) => {
    expect(() => cachedAll('auto', group)).toThrow('the group has no functions of its own');
  });

  test('refuses a group and options that changed places', () => {
    expect(() => cachedAll({ a: fresh() } as never, 'auto' as never)).toThrow(/come second/);
  });

  test('twice with the same options is once; with others it throws', () => {
    const group = { a: fresh() };
    cachedAll('auto', group);
    expect(cachedAll('auto', { ...group })).toEqual(group);
    expect(() => cachedAll({ salt: 'a' }, group)).toThrow(
      "cachedAll(… 'a'): this function is already wrapped",
    );
  });

  test('ignores a name in the functions that have it', () => {
    const group = { a: fresh(), b: functionOf('async (data) => data') };
    cachedAll({ ignoredInputs: 'traceId' }, group);
    const maskOf = (fn: AnyFunction) =>
      resolvePolicy([wrappingOf(fn)!.group!], fn, '', 'lenient').policy.mask;
    expect(maskOf(group.a)?.member(1)?.ignored).toBe(true);
    expect(maskOf(group.b)?.member(1)).toBeUndefined();
  });

  test.each<[string, object, string]>([
    [
      'an ignored name',
      { ignoredInputs: ['traceId', 'typo'] },
      "no Activity of the group has a parameter 'typo'",
    ],
    ['a hashed name', { hashInputs: { typo: String } }, "no Activity of the group has a parameter 'typo'"],
  ])('refuses %s that no function of the group has', (_name, options, message) => {
    expect(() => cachedAll(options, { a: fresh(), b: fresh() })).toThrow(message);
  });

  test('takes names that only the own options of a function make known', () => {
    const minified = cached({ parameters: ['data', 'experiment'] }, functionOf('async (t,e)=>t'));
    expect(() => cachedAll({ ignoredInputs: 'experiment' }, { minified })).not.toThrow();
  });

  test('takes a bound function that has a version of its own', () => {
    const bound = cached({ version: '1' }, fresh().bind(null));
    expect(() => cachedAll({ ignoredInputs: 'traceId' }, { bound, a: fresh() })).not.toThrow();
    expect(() => cachedAll('auto', { b: fresh().bind(null) })).toThrow(
      "cachedAll(… 'b'): The source of function",
    );
  });
});
