/** What the plugin can be told: defaults, the environment, and refusals that name the option and print no password. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Keyv } from 'keyv';
import pg from 'pg';
import { CacheOptionsError, CachePlugin, PostgresStore, SqliteStore } from 'temporal-activity-cache';
import { type CachePluginOptions, type ResolvedOptions, resolveOptions } from '../../src/plugin-options';
import { MemoryStore } from '../../src/store/memory';
import { encrypting, gzip } from '../helpers/keyv-options';
import { MapAdapter } from '../helpers/map-adapter';

const store = new MemoryStore();
const resolved = (given: unknown = {}, environment: NodeJS.ProcessEnv = {}): ResolvedOptions =>
  resolveOptions({ store, ...(given as CachePluginOptions) }, environment);

function message(given: unknown, environment: NodeJS.ProcessEnv = {}): string {
  try {
    resolveOptions(given as CachePluginOptions, environment);
  } catch (error) {
    expect(error).toBeInstanceOf(CacheOptionsError);
    return (error as Error).message;
  }
  throw new Error('it was accepted');
}

test('nothing said means the defaults', () => {
  expect(resolved()).toEqual({
    store,
    storeSource: undefined,
    details: true,
    reservations: { leaseMs: 30_000, taskQueue: undefined },
    scope: '',
    defaults: undefined,
    activities: new Map(),
    workflows: new Map(),
    vary: [],
    off: false,
    readsOnly: false,
    failsOnStoreError: false,
    storeTimeoutMs: 2_000,
    maxValueBytes: 2_080_000,
    secret: undefined,
  });
});

test('undefined says nothing', () => {
  const said = {
    scope: undefined,
    vary: undefined,
    enabled: undefined,
    onStoreError: undefined,
    storeTimeout: undefined,
  };
  const more = { defaults: undefined, activities: undefined, maxValueBytes: undefined, secret: undefined };
  expect(resolved({ ...said, ...more })).toEqual(resolved());
});

test('a type of Workflow without a function is left out', () => {
  const hitIf = () => true;
  const workflows = { train: { hitIf }, other: {}, third: { hitIf: undefined } };
  expect(resolved({ workflows }).workflows).toEqual(new Map([['train', { hitIf }]]));
});

test('what is said counts', () => {
  const given: CachePluginOptions = {
    scope: 'fraud/production',
    defaults: { ttl: '1 day' },
    activities: { train: 'disable', 'a b': { version: '1' } },
    vary: ['tenant'],
    onStoreError: 'fail',
    storeTimeout: '500ms',
    maxValueBytes: 0,
    secret: 's3cret',
  };
  expect(resolved(given)).toMatchObject({
    scope: 'fraud/production',
    defaults: { ttlMs: 86_400_000 },
    activities: new Map<string, object>([
      ['train', { behavior: 'disable' }],
      ['a b', { behavior: 'override', version: '1' }],
    ]),
    vary: ['tenant'],
    failsOnStoreError: true,
    storeTimeoutMs: 500,
    maxValueBytes: 0,
    secret: 's3cret',
  });
});

describe('refused are', () => {
  test.each<[unknown, string]>([
    [{ scope: 1 }, 'scope must be a text of at most 500 characters'],
    [{ scope: 'x'.repeat(501) }, 'scope must be a text of at most 500 characters'],
    [{ scope: null }, 'scope must be a text'],
    [{ vary: 'tenant' }, 'vary must be a list of header names'],
    [{ vary: [1] }, 'vary must be a list of header names'],
    [{ details: 'no' }, 'details must be true or false'],
    [{ enabled: 'off' }, 'enabled must be true or false'],
    [{ enabled: 0 }, 'enabled must be true or false'],
    [{ onStoreError: 'ignore' }, "onStoreError must be 'run' or 'fail'"],
    [{ onStoreError: null }, "onStoreError must be 'run' or 'fail'"],
    [{ storeTimeout: 0 }, 'storeTimeout must be a duration above 0'],
    [{ storeTimeout: -1 }, 'storeTimeout must be a duration above 0'],
    [{ storeTimeout: NaN }, 'storeTimeout must be a duration above 0'],
    [{ storeTimeout: 'soon' }, 'storeTimeout must be a duration above 0'],
    [{ maxValueBytes: '2 MB' }, 'maxValueBytes must be a number of bytes, 0 or more'],
    [{ maxValueBytes: -1 }, 'maxValueBytes must be a number of bytes'],
    [{ maxValueBytes: NaN }, 'maxValueBytes must be a number of bytes'],
    [{ secret: '' }, "secret must be a text, not ''"],
    [{ secret: 5 }, 'secret must be a text'],
    [{ secret: null }, 'secret must be a text'],
    [{ activities: 'train' }, 'activities must map Activity types to cache options'],
    [{ activities: null }, 'activities must map Activity types to cache options'],
    [{ activities: { train: { ttl: 0 } } }, "CachePlugin activities['train']: ttl must be more than 0"],
    [{ activities: { train: undefined } }, "CachePlugin activities['train']: cache options must be"],
    [{ activities: { train: { versoin: '1' } } }, "unknown field 'versoin'; did you mean 'version'?"],
    [{ workflows: 'train' }, 'workflows must map Workflow types to { hitIf }'],
    [{ workflows: { train: 'auto' } }, "CachePlugin workflows['train']: the options must be an object"],
    [{ workflows: { train: undefined } }, "CachePlugin workflows['train']: the options must be an object"],
    [{ workflows: { train: { hitIf: true } } }, "CachePlugin workflows['train']: hitIf must be a function"],
    [{ workflows: { train: { hitif: () => true } } }, "unknown field 'hitif'; did you mean 'hitIf'?"],
    [
      { workflows: { train: { version: '1' } } },
      "'version' belongs in cachedWorkflow, in the Workflow's code",
    ],
    [{ defaults: null }, 'CachePlugin defaults: cache options must be'],
    [{ defaults: { tll: 1 } }, "CachePlugin defaults: unknown field 'tll'; did you mean 'ttl'?"],
    [{ defaults: { behavior: 'override' } }, "CachePlugin defaults: behavior 'override' needs a 'version'"],
  ])('%j', (given, expected) => {
    expect(message({ store, ...(given as object) })).toContain(expected);
  });

  test.each([
    ['scopes', 'scope'],
    ['Store', 'store'],
    ['default', 'defaults'],
    ['activity', 'activities'],
    ['enable', 'enabled'],
    ['onStoreErrors', 'onStoreError'],
    ['storeTimeOut', 'storeTimeout'],
    ['maxValueByte', 'maxValueBytes'],
    ['secrets', 'secret'],
    ['reservation', 'reservations'],
  ])('unknown options, naming the nearest: %s, %s', (field, nearest) => {
    expect(message({ [field]: 'x' })).toContain(
      `CachePlugin: unknown field '${field}'; did you mean '${nearest}'?`,
    );
  });

  test.each(['serialize', 'tags', 'mode', 'cache'])(
    'options of no release yet, naming all that are valid: %s',
    (field) => {
      expect(message({ [field]: false })).toMatch(
        /^CachePlugin: unknown field '\w+'.* Valid: store, scope, /,
      );
    },
  );
});

describe('the environment', () => {
  test.each([
    [true, 'off', true],
    [undefined, 'off', true],
    [false, undefined, true],
    [false, 'on', true],
    [true, 'on', false],
    [undefined, '', false],
    [undefined, undefined, false],
  ])('enabled %p with ACTIVITY_CACHE=%p: off is %p', (enabled, ACTIVITY_CACHE, off) => {
    expect(resolved({ enabled }, { ACTIVITY_CACHE }).off).toBe(off);
  });

  test('names the store, where the options do not', () => {
    const name = (given: object, ACTIVITY_CACHE_STORE: string) =>
      resolveOptions(given, { ACTIVITY_CACHE_STORE }).store.name;
    expect(name({}, 'memory:')).toBe('memory:');
    expect(name({ store }, 'sqlite:other.db')).toBe(store.name);
    expect(name({ store: 'memory:' }, 'nonsense')).toBe('memory:');
  });

  test('of the process is what the plugin asks', () => {
    process.env.ACTIVITY_CACHE_STORE = 'nonsense:';
    try {
      expect(() => new CachePlugin()).toThrow('this one: nonsense:');
      expect(() => new CachePlugin({ store: 'memory:' })).not.toThrow();
    } finally {
      delete process.env.ACTIVITY_CACHE_STORE;
    }
  });
});

describe('a store', () => {
  test('by default is a file beside the nearest package.json', () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'options-')));
    const cwd = jest.spyOn(process, 'cwd').mockReturnValue(join(folder, 'deep', 'er'));
    try {
      writeFileSync(join(folder, 'package.json'), '{}');
      expect(resolveOptions({}, {}).store.name).toBe(`sqlite:${join(folder, '.activity-cache/cache.db')}`);
      expect(resolveOptions({ store: 'sqlite:mine.db' }, {}).store.name).toBe(
        `sqlite:${join(folder, 'mine.db')}`,
      );
      expect(resolveOptions({ store: 'sqlite:/abs/x.db' }, {}).store.name).toBe('sqlite:/abs/x.db');
    } finally {
      cwd.mockRestore();
      rmSync(folder, { recursive: true });
    }
  });

  test("of one's own is taken as it is", () => {
    expect(resolveOptions({ store }, {}).store).toBe(store);
  });

  test('in Postgres is named without its user and password', () => {
    const name = (url: string) => resolveOptions({ store: url }, {}).store.name;
    expect(name('postgres://admin:hunter2@db.internal/cache')).toBe('postgres://db.internal:5432/cache');
    expect(name('postgresql://admin:hunter2@db.internal:99/cache?schema=mine&sslmode=no-verify')).toBe(
      'postgres://db.internal:99/cache?schema=mine',
    );
  });

  test('that is a Keyv is one', () => {
    const { name } = resolveOptions({ store: new Keyv({ namespace: 'mine' }) }, {}).store;
    expect(name).toBe("Keyv over Map, namespace 'mine'");
  });

  test('that is a Keyv of another copy of the package is one too', () => {
    jest.isolateModules(() => {
      const { Keyv: Other } = jest.requireActual<{ Keyv: typeof Keyv }>('keyv');
      expect(new Other()).not.toBeInstanceOf(Keyv);
      expect(resolveOptions({ store: new Other() }, {}).store.name).toContain('Keyv over Map');
      expect(resolveOptions({ store: new Other({ store: adapter }) }, {}).store).toBe(adapter);
    });
  });

  const adapter = new PostgresStore({ uri: 'postgres://admin:hunter2@nowhere/cache' });
  afterAll(() => adapter.close());

  test('that is the adapter of a Keyv is taken out of it', () => {
    expect(resolveOptions({ store: new Keyv({ store: adapter }) }, {}).store).toBe(adapter);
  });

  test.each([{ compression: gzip }, encrypting('secret')])(
    'is not taken out of a Keyv whose encoding it would pass by: %p',
    (options) => {
      expect(message({ store: new Keyv({ ...options, store: adapter }) })).toMatch(
        /Keyv with (a compression|a serialiser of its own), which would not be used: .* \[store=postgres:\/\/nowhere:5432\/cache/,
      );
      expect(resolveOptions({ store: new Keyv(options) }, {}).store.name).toContain('Keyv over Map');
    },
  );

  test('that is a Keyv of a version which is not known is refused', () => {
    const members = { get() {}, set() {}, delete() {} };
    for (const keyv of [
      { ...members, store: new Map(), encode() {} },
      { ...members, opts: { store: new Map() } },
    ]) {
      expect(message({ store: keyv })).toMatch(/a Keyv of a version that is not known here; keyv 5\.6 is/);
    }
  });

  test('that is the adapter of a Keyv, and no Keyv, is refused, and it is said what to do', () => {
    expect(message({ store: new MapAdapter() })).toContain('new Keyv({ store: adapter })');
  });

  test.each([
    'postgres:admin:hunter2@db.internal/cache',
    'postgres://admin:hunter2@host:port/cache',
    'postgres://admin:hunter2@[host/cache',
    'redis://:hunter2@host:6379',
    'https://host/?password=hunter2',
    'sqlite:',
    '//admin:hunter2@host',
    'hunter2',
    ' postgres://admin:hunter2@host',
    '',
  ])('that cannot be opened is refused without its password: %p', (url) => {
    for (const text of [message({ store: url }), message({}, { ACTIVITY_CACHE_STORE: url })]) {
      expect(text).toMatch(
        /store URLs are 'sqlite:path', 'postgres:\/\/|Postgres: the connection's options cannot be used/,
      );
      expect(text).not.toContain('hunter2');
      expect(text).not.toContain('admin');
    }
  });

  test.each([[{ url: 'postgres://admin:hunter2@host' }], [null], [5], [new Map([['hunter2', 1]])], [{}]])(
    'that is none is refused: %p',
    (given) => {
      if (given === null) return expect(resolveOptions({ store: null as never }, { ACTIVITY_CACHE_STORE: 'memory:' }).store.name).toBe('memory:'); // prettier-ignore
      expect(message({ store: given })).toMatch(
        /store must be a URL, a Keyv .*, or a CacheStore; as the last it has no look, draw, put/,
      );
      expect(message({ store: given })).not.toContain('hunter2');
    },
  );
});

describe('reservations', () => {
  test('have a lease and a task queue, or are none', () => {
    const said = (reservations: unknown) => resolved({ reservations }).reservations;
    const usual = { leaseMs: 30_000, taskQueue: undefined };
    expect(said({})).toEqual(usual);
    expect(said({ lease: '10 seconds', taskQueue: 'q' })).toEqual({ leaseMs: 10_000, taskQueue: 'q' });
    expect(said(false)).toBe(undefined);
  });

  test.each([
    [true, 'reservations must be { lease, taskQueue } or false'],
    [null, 'reservations must be { lease, taskQueue } or false'],
    [{ leese: '1 s' }, `CachePlugin reservations: unknown field 'leese'; did you mean 'lease'?`],
    [{ lease: 'long' }, 'reservations.lease'],
    [{ lease: 999 }, 'reservations.lease must be at least 1 second'],
    [{ taskQueue: '' }, 'reservations.taskQueue must be a name'],
  ])('anything else is refused: %p', (reservations, says) => {
    expect(message({ reservations })).toContain(says);
  });

  test('a thread opens the store again by its URL, or as it was made, where another thread can', () => {
    const nowhere = join(tmpdir(), 'none.db');
    const sourceOf = (given: unknown) =>
      resolveOptions({ store: given } as CachePluginOptions, {}).storeSource;
    expect(sourceOf(`sqlite:${nowhere}`)).toBe(`sqlite:${nowhere}`);
    expect(sourceOf('postgres://u:p@host/db')).toMatchObject({ uri: 'postgres://u:p@host/db' });
    expect(sourceOf('memory:')).toBe(undefined);
    expect(sourceOf(new Keyv())).toBe(undefined);
    const postgres = { uri: 'postgres://u:p@host/db', max: 3, ssl: { ca: Buffer.from('ca') } };
    expect(sourceOf(new PostgresStore(postgres))).toEqual({
      ...postgres,
      ssl: { ca: new Uint8Array(Buffer.from('ca')) },
    });
    expect(sourceOf(new PostgresStore({ ...postgres, password: () => 'secret' }))).toBe(undefined);
    expect(sourceOf(new PostgresStore({ pool: new pg.Pool() }))).toBe(undefined);
    expect(sourceOf(new SqliteStore(nowhere))).toBe(`sqlite:${nowhere}`);
    expect(sourceOf(undefined)).toMatch(/^sqlite:\//);
  });
});
