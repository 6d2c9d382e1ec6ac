/** Policies: what each watches, how several are combined, and that one which fails leaves no weaker key. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { automaticVersion, environment, functionBody } from '../../../src/key/version/policy';
import type { CachePolicy } from '../../../src/options/version-policy';
import { packageVersion } from '../../../src/key/version/installed-package';
import { digester } from '../../../src/key/key';
import { toLayer } from '../../../src/options/layer';
import { Identifier } from '../../../src/policy/identify';
import { resolvePolicy } from '../../../src/policy/resolve';
import { callWith, functionOf, identify, keyOf } from '../call';

const fn = functionOf('async (x) => x');
const policy = (name: string, getVersion: CachePolicy['getVersion'] | string): CachePolicy => ({
  name,
  getVersion: typeof getVersion === 'string' ? () => getVersion : getVersion,
});
const versionOf = (policies: CachePolicy[], salt = ''): string | Promise<string> =>
  automaticVersion(policies, salt, { fn, activityType: 'train' });
const fails = (error: unknown) => () => {
  throw error;
};

describe('several policies', () => {
  const [a, b] = [policy('a', '1'), policy('b', '2')];

  test('make one version of 32 hex digits', () => {
    expect(versionOf([functionBody(), a])).toMatch(/^[0-9a-f]{32}$/);
    expect(versionOf([])).toMatch(/^[0-9a-f]{32}$/);
  });

  test.each<[string, CachePolicy[], CachePolicy[]]>([
    ['their order', [a, b], [b, a]],
    ['their number', [a], [a, a]],
    ['their names', [a], [policy('b', '1')]],
    ['their answers', [a], [policy('a', '2')]],
    ['where an answer ends', [policy('a', 'xy'), policy('a', 'z')], [policy('a', 'x'), policy('a', 'yz')]],
    ['where a name ends', [policy('a1', '2')], [policy('a', '12')]],
    ['an empty answer', [policy('a', '')], []],
  ])('%s counts', (_name, one, other) => {
    expect(versionOf(one)).not.toBe(versionOf(other));
  });

  test('answer at once, or later: the version is the same', async () => {
    const later = policy('a', async () => '1');
    expect(versionOf([later, b])).toBeInstanceOf(Promise);
    expect(await versionOf([later, b])).toBe(versionOf([a, b]));
  });

  test('are each given the salt, the function and the type', () => {
    const seen: unknown[] = [];
    const see = policy('see', (...given) => (seen.push(given), ''));
    void versionOf([see, see], 'pepper');
    expect(seen).toEqual([1, 2].map(() => ['pepper', { fn, activityType: 'train' }]));
  });
});

describe('a policy that fails', () => {
  const bad: [string, CachePolicy['getVersion']][] = [
    ['throws', fails(new Error('secret value'))],
    ['throws no error', fails(undefined)],
    ['throws what cannot be shown', fails(Object.create(null))],
    ['rejects', async () => Promise.reject(new Error('secret value'))],
    ['answers a number', () => 5 as never],
    ['answers nothing', () => undefined as never],
    ['promises a number', async () => 5 as never],
  ];

  test.each(bad)('and %s leaves the call without a key', async (_name, getVersion) => {
    const identity = await identify({ policies: [policy('bad', getVersion)] }, [1], { fn });
    expect(identity).toMatchObject({ reason: 'policy-error', detail: 'a version policy threw' });
    expect(identity.key).toBeUndefined();
  });

  test('is asked again at the next call', async () => {
    const answers = [fails(new Error('not yet')), () => '1'];
    const policies = policy('sometimes', () => answers.shift()!());
    expect(await identify({ policies }, [1], { fn })).toMatchObject({ reason: 'policy-error' });
    expect(await identify({ policies }, [1], { fn })).toHaveProperty('key');
  });

  test('beside one that rejects leaves no rejection without a handler', async () => {
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    const policies = [
      policy('rejects', async () => Promise.reject(new Error('a'))),
      policy('throws', fails('b')),
    ];
    expect(await identify({ policies }, [1], { fn })).toMatchObject({ reason: 'policy-error' });
    await new Promise(setImmediate);
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test('is not asked where the version is given, or nothing is cached', async () => {
    const policies = policy('bad', fails(new Error()));
    const layers = [toLayer({ version: '1' }, 'high'), toLayer({ policies }, 'low')];
    const space = { scope: '', vary: [], digest: digester(), keepInputDigests: true };
    const identifier = new Identifier(resolvePolicy(layers, fn, 'test', 'strict').policy, space);
    expect(await identifier.identify(callWith([1]))).toMatchObject({ version: '1' });
  });
});

describe('environment', () => {
  const NAME = 'ACTIVITY_CACHE_TEST_POLICY';
  const under = (value: string | undefined, names = [NAME]) => {
    if (value === undefined) delete process.env[NAME];
    else process.env[NAME] = value;
    try {
      return environment(...names).getVersion('', { fn, activityType: 'train' });
    } finally {
      delete process.env[NAME];
    }
  };

  test('tells values apart, and an empty one from none', () => {
    const versions = [undefined, '', 'a', 'b', 'undefined', 'null'].map((value) => under(value));
    expect(new Set(versions).size).toBe(versions.length);
    expect(under('a')).toBe(under('a'));
  });

  test('tells names and their order apart', () => {
    expect(under('a', [NAME, 'PATH'])).not.toBe(under('a', ['PATH', NAME]));
    expect(under(undefined, ['UNSET_ONE'])).not.toBe(under(undefined, ['UNSET_TWO']));
    expect(under('a', [])).not.toBe(under('a'));
  });

  test('is read at every call', () => {
    const watched = environment(NAME);
    const ask = () => watched.getVersion('', { fn, activityType: 'train' });
    const before = ask();
    process.env[NAME] = 'set';
    const after = ask();
    delete process.env[NAME];
    expect(after).not.toBe(before);
    expect(ask()).toBe(before);
  });
});

describe('packageVersion', () => {
  const ask = (name: string, from = __filename) =>
    packageVersion(name, { from }).getVersion('', { fn, activityType: 'train' });

  test.each(['acorn', '@temporalio/common'])('reads that of %s', (name) => {
    const { version } = jest.requireActual<{ version: string }>(`../../../node_modules/${name}/package.json`);
    expect(ask(name)).toBe(version);
  });

  test('tells packages of one version apart', () => {
    expect(packageVersion('a').name).not.toBe(packageVersion('b').name);
  });

  test('throws for a package that is not installed, naming it and where it was looked for', () => {
    expect(() => ask('no-such-package-here')).toThrow("'no-such-package-here' is not installed");
    expect(() => ask('no-such-package-here')).toThrow(`where ${__filename} finds it`);
    expect(() => ask('node:fs')).toThrow('is not installed');
  });

  test('finds it from a folder upwards, and reads it once', () => {
    const folder = mkdtempSync(join(tmpdir(), 'package-version-'));
    const install = (manifest: string) =>
      writeFileSync(join(folder, 'node_modules/mine/package.json'), manifest);
    mkdirSync(join(folder, 'node_modules/mine'), { recursive: true });
    mkdirSync(join(folder, 'deep/er'), { recursive: true });
    const from = join(folder, 'deep/er');
    try {
      install('{ "version": "1.2.3" }');
      const mine = packageVersion('mine', { from });
      const version = () => mine.getVersion('', { fn, activityType: 'train' });
      expect(version()).toBe('1.2.3');
      install('{ "version": "2.0.0" }');
      expect(version()).toBe('1.2.3');
      expect(ask('mine', from)).toBe('2.0.0');
      install('{}');
      expect(() => ask('mine', from)).toThrow('has no version');
      install('{');
      expect(() => ask('mine', from)).toThrow();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('in a key', () => {
  test('a custom policy decides alone, where it is the only one', async () => {
    const policies = policy('mine', '1');
    expect(await keyOf({ policies, parameters: ['x'] }, [1], { fn })).toBe(
      await keyOf({ policies, parameters: ['x'] }, [1], { fn: functionOf('async (x) => -x') }),
    );
    const both = [functionBody(), policies];
    expect(await keyOf({ policies: both }, [1], { fn })).not.toBe(
      await keyOf({ policies: both }, [1], { fn: functionOf('async (x) => -x') }),
    );
  });

  test('an automatic version and the same text given are two', async () => {
    const { version } = (await identify({ policies: policy('a', '1') }, [1], { fn })) as { version: string };
    const given = await keyOf({ version }, [1], { fn });
    expect(given).not.toBe(await keyOf({ policies: policy('a', '1') }, [1], { fn }));
  });
});
