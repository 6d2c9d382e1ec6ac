/** `ls`, `show`, `stats`: what they say of what is there. */
import { defaultPayloadConverter } from '@temporalio/common';
import Database from 'libsql';
import { CacheFile } from '../../helpers/cli/cache-file';
import { digestOf } from '../../helpers/cli/entries';
import type { Seen } from '../../helpers/cli/run';

let cache: CacheFile;
beforeEach(() => (cache = new CacheFile()));
afterEach(() => cache.remove());

const lines = ({ out }: Seen) => out.split('\n').slice(0, -1);
const cells = (line: string) => line.split(/ {2,}/);

describe('ls', () => {
  test('lists the newest first, in columns that people can read and awk can take apart', async () => {
    const [key] = await cache.seed(
      { activityType: 'embed', input: '1', version: 'v1', durationMs: 3_400, value: 'x'.repeat(1_200) },
      { activityType: 'trainModel', input: '2', tags: ['a', 'b'] },
    );
    cache.now += 3 * 86_400_000;
    const seen = await cache.run('ls');
    expect(lines(seen).map(cells)).toEqual([
      ['KEY', 'ACTIVITY', 'VERSION', 'AGE', 'SIZE', 'TOOK', 'TAGS'],
      [
        expect.any(String),
        'trainModel',
        `${digestOf('source').slice(0, 11)}…`,
        '3 d',
        '10 B',
        '1.2 s',
        'a, b',
      ],
      [key!.slice(0, 12), 'embed', 'v1', '3 d', '1.2 kB', '3.4 s'],
    ]);
    expect(seen.out).not.toMatch(/[│─\u001b]/);
    expect(seen.out).not.toMatch(/ $/m);
  });

  test.each([
    ['--activity a', ['a']],
    ['--tag t', ['a', 'b']],
    ['--version 2', ['b']],
    ['--tag t --version 1', ['a']],
    [`--older-than '2 s'`, ['c', 'a']], // begun one second apart, the last one now
    ['--scope s', ['c']],
    ['--namespace other', ['c']],
    ['--scope none', []],
  ])('%s narrows the list, all that is given holds', async (options, expected) => {
    await cache.seed(
      { activityType: 'c', input: '1', scope: 's', namespace: 'other', version: '3' },
      { activityType: 'a', input: '2', version: '1', tags: ['t'] },
      { activityType: 'b', input: '3', version: '2', tags: ['t', 'u'] },
    );
    cache.now += 1_000;
    const { out } = await cache.run(`ls ${options} --json`);
    const listed = (JSON.parse(out) as { activityType: string }[]).map(({ activityType }) => activityType);
    expect(listed.sort()).toEqual([...expected].sort());
  });

  test("--json has the library's own shape", async () => {
    const [key] = await cache.seed({
      activityType: 'a',
      input: '1',
      version: 'v1',
      tags: ['t'],
      durationMs: 5,
    });
    cache.now += 10;
    const { out } = await cache.run('ls --json');
    expect(JSON.parse(out)).toEqual([
      {
        key,
        activityType: 'a',
        version: 'v1',
        tags: ['t'],
        storedAt: '2026-03-01T12:00:01.000Z',
        ageMs: 10,
        bytes: 10,
        durationMs: 5,
        origin: { workflowId: 'ml-pipeline/exp-001', runId: expect.any(String), activityId: '5' },
        usedAt: '2026-03-01T12:00:01.000Z',
        scope: '',
        namespace: 'default',
      },
    ]);
    expect((await cache.run('ls --json --tag none')).out).toBe('[]\n');
  });

  test('columns of scope and namespace are there only where these differ', async () => {
    await cache.seed(
      { activityType: 'a', input: '1', scope: 's' },
      { activityType: 'a', input: '2', scope: 's' },
    );
    expect(cells(lines(await cache.run('ls'))[0]!)).not.toContain('SCOPE');
    await cache.seed({ activityType: 'a', input: '3', namespace: 'other' });
    const [head, newest] = lines(await cache.run('ls')).map(cells);
    expect(head!.slice(0, 4)).toEqual(['KEY', 'SCOPE', 'NAMESPACE', 'ACTIVITY']);
    expect(newest!.slice(1, 4)).toEqual([`''`, 'other', 'a']);
    expect(cells(lines(await cache.run('ls --scope s'))[0]!)).not.toContain('SCOPE');
  });

  test('a table has the newest 100, or as many as --limit says; what is left out is said', async () => {
    await cache.seed(...Array.from({ length: 101 }, (_, i) => ({ activityType: `a${i}`, input: '' })));
    const usual = await cache.run('ls');
    expect([lines(usual).length, usual.err]).toEqual([101, 'The newest 100. There are more: --limit 1000\n']);
    expect(cells(lines(usual)[1]!)[1]).toBe('a100');
    const all = await cache.run('ls --limit 101');
    expect(all.err).toBe('');
    expect(lines(all).filter((line) => line.startsWith('KEY'))).toHaveLength(2); // a table of 100, and the rest
    expect(lines(all)).toHaveLength(103);
    expect(JSON.parse((await cache.run('ls --json')).out)).toHaveLength(101);
    expect(JSON.parse((await cache.run('ls --json --limit 7')).out)).toHaveLength(7);
  });

  test('colours are for terminals, without NO_COLOR', async () => {
    await cache.seed({ activityType: 'a', input: '1' });
    expect((await cache.run('ls', { terminal: { typed: '' } })).out).toContain('\u001b[');
    const env = { NO_COLOR: '1', CI: 'true' };
    expect((await cache.run('ls', { terminal: { typed: '' }, env })).out).not.toContain('\u001b[');
    expect((await cache.run('ls', { env: { CI: 'true', FORCE_COLOR: '1' } })).out).not.toContain('\u001b[');
  });

  test('names and tags that hold control characters are shown without them', async () => {
    await cache.seed({ activityType: 'evil\u001b[2J\nname', input: '1', tags: ['\u0007'] });
    const { out } = await cache.run('ls');
    expect(out).toContain('evil [2J name');
    expect(out).not.toMatch(/[\u0007\u001b]/);
  });
});

describe('show', () => {
  test('tells all there is to say; a key may be given by its beginning, or as a log shows it', async () => {
    const [key] = await cache.seed({
      activityType: 'trainModel',
      input: '1',
      scope: 'fraud',
      tags: ['t'],
      ttlMs: 60_000,
      keepUntil: cache.now + 30_000,
      inputs: { 'params.depth': 'abc' },
    });
    cache.now += 120_000;
    const { out } = await cache.run(`show ${key!.slice(0, 8)}`);
    for (const line of [
      `key          ${key}`,
      'activity     trainModel',
      'scope        fraud',
      'tags         t',
      'began        2026-03-01 12:00:01 UTC, 2 min ago',
      'own ttl      1 min 0 s',
      'kept until   2026-03-01 12:00:30 UTC, which is past',
      'workflow     ml-pipeline/exp-001',
      'activity id  5, attempt 1',
      'value        10 B, json/plain',
      'checksum     fits',
      'params.depth  abc',
      `inputs        ${digestOf('1')}`,
    ]) {
      expect(out).toContain(`${line}\n`);
    }
    for (const said of [key!, `${key!.slice(0, 12)}…`, key!.slice(0, 5).toUpperCase()]) {
      expect((await cache.run(`show ${said}`)).out).toBe(out);
    }
  });

  test('--json gives the facts, --value the value, both both', async () => {
    const [key] = await cache.seed({ activityType: 'a', input: '1', value: { deep: [1, 'ü'] } });
    const facts = JSON.parse((await cache.run(`show ${key} --json`)).out) as object;
    expect(facts).toMatchObject({
      key,
      activityType: 'a',
      startedAt: '2026-03-01T12:00:01.000Z',
      ticket: expect.any(Number),
      origin: { activityId: '5', attempt: 1, namespace: 'default' },
      encoding: 'json/plain',
      checksum: 'fits',
      parts: { inputs: expect.any(String) },
    });
    expect(facts).not.toHaveProperty('value');
    expect((await cache.run(`show ${key} --value`)).out).toBe('{"deep":[1,"ü"]}\n');
    const both = JSON.parse((await cache.run(`show ${key} --json --value`)).out) as object;
    expect(both).toEqual({ ...facts, value: { deep: [1, 'ü'] } });
  });

  test.each([
    ['nothing', undefined, 'undefined\n'],
    ['bytes that are text', new TextEncoder().encode('plain text'), 'plain text\n'],
  ])('--value prints %s', async (_name, value, shown) => {
    const payload = defaultPayloadConverter.toPayload(value);
    const [key] = await cache.seed({ activityType: 'a', input: '1', payload });
    expect(await cache.run(`show ${key} --value`)).toMatchObject({ code: 0, out: shown });
  });

  test('--value sends bytes to pipes and files as they are, and not to terminals', async () => {
    const payload = defaultPayloadConverter.toPayload(Uint8Array.of(0x50, 0xff, 0x00, 0x1b));
    const [key] = await cache.seed({ activityType: 'a', input: '1', payload });
    expect((await cache.run(`show ${key} --value`)).out).toHaveLength(4);
    expect(await cache.run(`show ${key} --value`, { terminal: { typed: '' } })).toMatchObject({
      code: 1,
      out: '',
      err: 'activity-cache: the value is 4 B that are no text; send them to a file, with > FILE\n',
    });
    expect(JSON.parse((await cache.run(`show ${key} --value --json`)).out)).toMatchObject({
      valueBase64: 'UP8AGw==',
    });
  });

  test('a value that a codec has encoded stays closed, and its encoding is named', async () => {
    const payload = { metadata: { encoding: Buffer.from('binary/encrypted') }, data: Buffer.from('123456') }; // it looks like JSON
    const [key] = await cache.seed({ activityType: 'a', input: '1', payload });
    const says = `the value is encoded as 'binary/encrypted': only a Worker with its codec, or data converter, can read it`;
    const { code, out, err } = await cache.run(`show ${key} --value`);
    expect([code, out, err]).toEqual([1, '', `activity-cache: ${says}\n`]);
    expect((await cache.run(`show ${key}`)).out).toContain('6 B, binary/encrypted\n');
    expect(JSON.parse((await cache.run(`show ${key} --value --json`)).out)).toMatchObject({
      valueProblem: says,
    });
  });

  test('a checksum that does not fit is told: of a damaged entry, and of one whose Workers have a secret', async () => {
    const [sealed, damaged] = await cache.seed(
      { activityType: 'a', input: '1', secret: 'known to Workers' },
      { activityType: 'a', input: '2' },
    );
    const db = new Database(cache.path);
    db.prepare(`UPDATE entries SET data = X'2278' WHERE key = ?`).run([damaged]);
    db.close();
    for (const key of [sealed!, damaged!]) {
      const { out } = await cache.run(`show ${key}`);
      expect(out).toContain('does not fit: the entry is damaged, or its Workers have a secret\n');
    }
    expect((await cache.run(`show ${sealed} --value`)).out).toBe('{"of":"1"}\n');
  });

  test('bytes that are gone, and a header of another format, are told', async () => {
    const [gone, other] = await cache.seed(
      { activityType: 'a', input: '1' },
      { activityType: 'a', input: '2' },
    );
    const db = new Database(cache.path);
    db.prepare('UPDATE entries SET data = NULL WHERE key = ?').run([gone]);
    db.prepare(`UPDATE entries SET header = 'of the future' WHERE key = ?`).run([other]);
    db.close();
    expect((await cache.run(`show ${gone} --value`)).err).toContain('the bytes of the value are gone');
    expect((await cache.run(`show ${other}`)).out).toContain('of an unknown encoding\n');
  });

  test('a beginning that fits no entry, or several, is refused', async () => {
    const keys = await cache.seed(
      ...Array.from({ length: 17 }, (_, i) => ({ activityType: 'a', input: `${i}` })),
    );
    const alike = (digit: string) => keys.filter((key) => key.startsWith(digit));
    const several = [...'0123456789abcdef'].find((digit) => alike(digit).length > 1)!; // 17 keys, 16 digits
    expect(await cache.run(`show ${'0'.repeat(20)}`)).toMatchObject({
      code: 1,
      err: `activity-cache: no entry has the key ${'0'.repeat(20)}; activity-cache ls lists what there is\n`,
    });
    const { code, err } = await cache.run(`show ${several}`);
    expect(code).toBe(2);
    expect(err).toContain(`${several} begins the keys of several entries: `);
    for (const key of alike(several).slice(-4)) expect(err).toContain(key.slice(0, 7));
  });
});

describe('stats', () => {
  test('counts by Activity type, the largest first, and what is past its ttl', async () => {
    await cache.seed(
      { activityType: 'small', input: '1' },
      { activityType: 'large', input: '2', value: 'x'.repeat(5_000) },
      { activityType: 'small', input: '3', keepUntil: cache.now },
    );
    const { out } = await cache.run('stats');
    expect(out.split('\n').map(cells)).toEqual([
      ['ACTIVITY', 'ENTRIES', 'SIZE'],
      ['large', '1', '5 kB'],
      ['small', '2', '20 B'],
      ['in all', '3', '5 kB'],
      [''],
      ['Past the ttl: 1 entry, 10 B; activity-cache prune frees them'],
      [''],
    ]);
    expect(JSON.parse((await cache.run('stats --json')).out)).toEqual({
      entries: 3,
      bytes: 5_022,
      byActivity: { large: { entries: 1, bytes: 5_002 }, small: { entries: 2, bytes: 20 } },
      stale: { entries: 1, bytes: 10 },
    });
  });

  test('tells scopes and namespaces apart where there are several, and counts those that are asked for', async () => {
    await cache.seed(
      { activityType: 'a', input: '1' },
      { activityType: 'a', input: '2', scope: 'fraud' },
      { activityType: 'b', input: '3', scope: 'fraud', namespace: 'other' },
    );
    expect((await cache.run('stats')).out.split('\n').slice(0, 4).map(cells)).toEqual([
      ['SCOPE', 'NAMESPACE', 'ACTIVITY', 'ENTRIES', 'SIZE'],
      [`''`, 'default', 'a', '1', '10 B'],
      ['fraud', 'default', 'a', '1', '10 B'],
      ['fraud', 'other', 'b', '1', '10 B'],
    ]);
    const { out } = await cache.run('stats --scope fraud --namespace other');
    expect(out.split('\n').map(cells)).toEqual([['ACTIVITY', 'ENTRIES', 'SIZE'], ['b', '1', '10 B'], ['']]);
    expect((await cache.run('stats --scope none')).err).toBe('No entries.\n');
  });
});
