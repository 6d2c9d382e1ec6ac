/** `rm` and `prune`: what they take, and what they leave. */
import Database from 'libsql';
import { CacheFile } from '../../helpers/cli/cache-file';
import { FaultyStore, rejects } from '../../helpers/faulty-store';

let cache: CacheFile;
beforeEach(() => (cache = new CacheFile()));
afterEach(() => cache.remove());

const fixture = () =>
  cache.seed(
    { activityType: 'a', input: '1', version: '1', tags: ['t'] },
    { activityType: 'b', input: '2', version: '1', tags: ['t', 'u'] },
    { activityType: 'c', input: '3', version: '2', namespace: 'other' },
  );

describe('rm forgets', () => {
  test.each([
    ['--activity a', ['b', 'c'], '1 entry, 10 B'],
    ['--tag t', ['c'], '2 entries, 20 B'],
    ['--version 1', ['c'], '2 entries, 20 B'],
    ['--tag t --activity b', ['a', 'c'], '1 entry, 10 B'],
    [`--older-than '1s'`, ['c'], '2 entries, 20 B'],
    ['--namespace other --version 2', ['a', 'b'], '1 entry, 10 B'],
    ['--all --yes', [], '3 entries, 30 B'],
    ['--all --namespace other --yes', ['a', 'b'], '1 entry, 10 B'],
    ['--tag none', ['a', 'b', 'c'], '0 entries, 0 B'],
  ])('what %s means, and leaves the rest', async (options, left, size) => {
    await fixture();
    const before = await cache.run(`rm ${options} --dry-run`);
    expect(before).toMatchObject({ code: 0, out: `Would forget ${size}. Nothing is changed.\n`, err: '' });
    expect(await cache.left()).toEqual(['a', 'b', 'c']);
    expect(await cache.run(`rm ${options}`)).toMatchObject({ code: 0, out: `Forgot ${size}.\n`, err: '' });
    expect(await cache.left()).toEqual(left);
  });

  test('nothing of a type that no entry has, which may be misspelt', async () => {
    const stored = { input: '1', version: '1', tags: ['t'] };
    await cache.seed({ ...stored, activityType: 'trainModel' });
    const unknown = "No entry has the Activity type 'trainModle'; did you mean 'trainModel'?\n";
    for (const command of ['ls', 'rm --dry-run', 'rm', 'rm --json'])
      expect((await cache.run(`${command} --activity trainModle`)).err).toContain(unknown);
    expect(await cache.run('rm --activity other')).toMatchObject({
      code: 0,
      out: 'Forgot 0 entries, 0 B.\n',
      err: "No entry has the Activity type 'other'.\n",
    });
    expect((await cache.run('rm --activity trainModel --tag none')).err).toBe('');
    expect(await cache.left()).toEqual(['trainModel']);
  });

  test('entries by their keys, or how these begin', async () => {
    const [a, b] = await fixture();
    const seen = await cache.run(`rm ${a} ${b!.slice(0, 12)}…`);
    expect(seen).toMatchObject({ code: 0, out: 'Forgot 2 entries, 20 B.\n' });
    expect(await cache.left()).toEqual(['c']);
  });

  test('all of the keys that are given, or none', async () => {
    const [a] = await fixture();
    const seen = await cache.run(`rm ${a} ${'0'.repeat(20)}`);
    expect(seen).toMatchObject({ code: 1, out: '' });
    expect(await cache.left()).toEqual(['a', 'b', 'c']);
  });

  test('under a whole key also what is not stored yet', async () => {
    await fixture();
    const key = 'ab'.repeat(32);
    const of = { key, scope: '', namespace: 'default', activityType: 'a', version: '1' };
    const begun = await cache.with((store) => store.look(of));
    expect(await cache.run(`rm ${key}`)).toMatchObject({ code: 0, out: 'Forgot 0 entries, 0 B.\n' });
    const { ticket } = begun as { ticket: number };
    const entry = {
      ...of,
      ticket,
      startedAt: begun.now,
      tags: [],
      durationMs: 1,
      header: '',
      data: Buffer.of(1),
    };
    expect(await cache.with((store) => store.put(entry))).toBe('superseded');
  });

  test('keys in one scope or namespace alone, where one is named', async () => {
    const [a] = await fixture();
    expect(await cache.run(`rm ${a} --scope other`)).toMatchObject({ code: 1 });
    expect(await cache.run(`rm ${a} --namespace other`)).toMatchObject({ code: 1 });
    expect(await cache.run(`rm ${a} --namespace default`)).toMatchObject({ code: 0 });
    expect(await cache.left()).toEqual(['b', 'c']);
  });

  test('in JSON: what was forgotten, or would be', async () => {
    await fixture();
    expect(JSON.parse((await cache.run('rm --tag t --dry-run --json')).out)).toMatchObject({
      entries: 2,
      byActivity: { a: { entries: 1 }, b: { entries: 1 } },
    });
    expect(JSON.parse((await cache.run('rm --tag t --json')).out)).toEqual({ entries: 2 });
  });
});

describe('rm works in one scope:', () => {
  const twoScopes = () =>
    cache.seed(
      { activityType: 'a', input: '1' },
      { activityType: 'a', input: '2', scope: 'fraud' },
      { activityType: 'a', input: '3', scope: 'fraud' },
    );

  test('where there are several and none is named it names them, and changes nothing', async () => {
    await twoScopes();
    for (const options of ['--activity a', '--all --yes', '--activity a --dry-run']) {
      expect(await cache.run(`rm ${options}`)).toMatchObject({
        code: 2,
        out: '',
        err: `activity-cache: rm: the store has several scopes; name one by --scope: '', 'fraud'\n`,
      });
    }
    expect(await cache.left()).toEqual(['a', 'fraud:a', 'fraud:a']);
  });

  test('in the one that is named, the nameless one too', async () => {
    await twoScopes();
    const seen = await cache.run('rm --activity a --scope fraud');
    expect(seen.out).toBe(`Forgot 2 entries, 20 B, of scope 'fraud'.\n`);
    expect(await cache.left()).toEqual(['a']);
    await twoScopes();
    await cache.run('rm --activity a --scope=');
    expect(await cache.left()).toEqual(['fraud:a', 'fraud:a']);
  });

  test('in the only one that there is; in the nameless one of an empty store', async () => {
    await cache.seed({ activityType: 'a', input: '1', scope: 'fraud' });
    expect((await cache.run('rm --activity a')).out).toBe(`Forgot 1 entry, 10 B, of scope 'fraud'.\n`);
    expect((await cache.run('rm --activity a')).out).toBe('Forgot 0 entries, 0 B.\n');
  });

  test('keys need none', async () => {
    const [, key] = await twoScopes();
    await cache.run(`rm ${key!.slice(0, 10)}`);
    expect(await cache.left()).toEqual(['a', 'fraud:a']);
  });
});

describe('rm --all', () => {
  test.each([
    ['yes', []],
    ['3', []],
    ['no', ['a', 'b', 'c']],
    ['2', ['a', 'b', 'c']],
    ['', ['a', 'b', 'c']],
  ])('asks on a terminal; %j is answered', async (typed, left) => {
    await fixture();
    const { err, code } = await cache.run('rm --all', { terminal: { typed: `${typed}\n` } });
    expect(err).toContain('This forgets 3 entries, 30 B. Type 3 or yes: ');
    expect([code, err.includes('Nothing is changed.')]).toEqual(left.length === 0 ? [0, false] : [1, true]);
    expect(await cache.left()).toEqual(left);
  });

  test('without a terminal it needs --yes', async () => {
    await fixture();
    expect(await cache.run('rm --all')).toMatchObject({
      code: 2,
      err: 'activity-cache: rm --all would forget 3 entries, 30 B: without a terminal to ask on, give --yes\n',
    });
    expect(await cache.left()).toEqual(['a', 'b', 'c']);
  });
});

describe('rm frees space', () => {
  const payloads = () => {
    const db = new Database(cache.path);
    const { n } = db.prepare('SELECT count(*) AS n FROM entries WHERE data IS NOT NULL').get([]) as {
      n: number;
    };
    db.close();
    return n;
  };

  test('of all that it forgot, and of nothing else: what is past its ttl is left', async () => {
    const many = Array.from({ length: 450 }, (_, i) => ({ activityType: 'many', input: `${i}` }));
    await cache.seed(...many, { activityType: 'stale', input: '1', keepUntil: cache.now });
    const seen = await cache.run('rm --activity many', { terminal: { typed: '' } });
    expect(seen.out).toContain('Forgot 450 entries');
    expect(seen.err).toContain('freeing space, ');
    expect(await cache.left()).toEqual(['stale']);
    expect(payloads()).toBe(1);
  });

  test('afterwards: when that fails the entries are forgotten all the same, and the fix is told', async () => {
    await fixture();
    const store = () => new FaultyStore(cache.open()).fail(rejects, 'prune');
    const { code, out, err } = await cache.run('rm --activity a', { store });
    expect([code, out]).toEqual([0, 'Forgot 1 entry, 10 B.\n']);
    expect(err).toMatch(
      /^Their space is not free yet: .*the disk is on fire. Later: activity-cache prune\n$/,
    );
    expect(await cache.left()).toEqual(['b', 'c']);
  });
});

test('rm in a store that cannot count forgets all the same; a dry run says that it cannot', async () => {
  await fixture();
  const store = () => new FaultyStore(cache.open()).fail(rejects, 'stats');
  expect(await cache.run(`rm --activity a --scope= --dry-run`, { store })).toMatchObject({
    code: 1,
    out: '',
  });
  expect((await cache.run(`rm --activity a --scope=`, { store })).out).toBe('Forgot 1 entry.\n');
  expect(await cache.left()).toEqual(['b', 'c']);
});

describe('prune', () => {
  const stale = () => cache.seed({ activityType: 'stale', input: '1', keepUntil: cache.now });

  test('frees what is past its ttl, and says how much', async () => {
    await fixture();
    await stale();
    expect(await cache.run('prune')).toMatchObject({ code: 0, out: 'Freed 1 entry, 10 B.\n', err: '' });
    expect(await cache.left()).toEqual(['a', 'b', 'c']);
    expect(JSON.parse((await cache.run('prune --json')).out)).toEqual({ entries: 0, bytes: 0 });
  });

  test('--max-bytes frees what was not used longest', async () => {
    await fixture();
    expect((await cache.run('prune --max-bytes 25B')).out).toBe('Freed 1 entry, 10 B.\n');
    expect(await cache.left()).toEqual(['b', 'c']);
    await cache.run('prune --max-bytes 0');
    expect(await cache.left()).toEqual([]);
  });

  test('shows its progress on a terminal', async () => {
    await stale();
    expect((await cache.run('prune', { terminal: { typed: '' } })).err).toContain('freed 1 entry, 10 B ...');
  });
});
