/** The program as it is: a process, its exit code, its streams. */
import { execFile, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { SqliteStore } from 'temporal-activity-cache';
import { seed } from '../helpers/cli/entries';

const root = join(__dirname, '../..');
const program = [join(root, 'lib/cli/bin.js')];

/** A project with a cache at the usual place. */
const project = realpathSync(mkdtempSync(join(tmpdir(), 'cli-process-')));
const path = join(project, '.activity-cache', 'cache.db');
let keys: string[];

beforeAll(async () => {
  writeFileSync(join(project, 'package.json'), '{}');
  const store = new SqliteStore(path);
  keys = [];
  for (let i = 0; i < 2_000; i++) keys.push(await seed(store, { activityType: 'a', input: `${i}` }));
  await store.close();
});
afterAll(() => rmSync(project, { recursive: true }));

interface Ended {
  code: number;
  out: string;
  err: string;
}

function start(
  args: string[],
  { env = {}, script = program }: { env?: object; script?: string[] } = {},
): Promise<Ended> {
  const { ACTIVITY_CACHE_STORE: _, TEMPORAL_ADDRESS: __, ...clean } = process.env;
  return new Promise((resolve) => {
    const options = { cwd: project, env: { ...clean, NODE_NO_WARNINGS: '1', ...env } };
    execFile(process.execPath, [...script, ...args], { ...options, maxBuffer: 1e8 }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

test('reads the cache of the project it is called in, ends by itself, and says by its exit code how it went', async () => {
  const [listed, shown, wrong, missing] = await Promise.all([
    start(['ls', '--json']),
    start(['show', keys[7]!, '--value']),
    start(['ls', '--tga', 'x']),
    start(['ls', '--store', 'sqlite:none.db']),
  ]);
  expect([listed.code, (JSON.parse(listed.out) as unknown[]).length, listed.err]).toEqual([0, 2_000, '']);
  expect(shown).toEqual({ code: 0, out: '{"of":"7"}\n', err: '' });
  expect(wrong).toEqual({
    code: 2,
    out: '',
    err: `activity-cache: ls: unknown option '--tga'; did you mean '--tag'? See activity-cache ls --help\n`,
  });
  const file = join(project, 'none.db');
  expect(missing).toEqual({
    code: 0,
    out: '',
    err: `No entries: there is no file ${file}; name the store by --store or ACTIVITY_CACHE_STORE; a Worker makes the file at its first cached call\n`,
  });
  expect(spawnSync('ls', [project], { encoding: 'utf8' }).stdout).not.toContain('none.db');
});

test('ACTIVITY_CACHE_STORE names the store, --store goes before it', async () => {
  const env = { ACTIVITY_CACHE_STORE: 'sqlite:elsewhere.db' };
  const [from, given] = await Promise.all([
    start(['stats'], { env }),
    start(['stats', '--store', `sqlite:${path}`], { env }),
  ]);
  expect(from).toMatchObject({
    code: 0,
    err: expect.stringContaining(`no file ${join(project, 'elsewhere.db')};`),
  });
  expect(given).toMatchObject({ code: 0, out: expect.stringMatching(/^a +2,000 +\d+ kB$/m) });
});

test('a reader that has enough, like head, is no error', () => {
  const words = [process.execPath, ...program, 'ls', '--json'].map((word) => `'${word}'`).join(' ');
  const line = `${words} | head -n 2; echo "code \${PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', line], { cwd: project, encoding: 'utf8' });
  expect(stdout).toMatch(/^\[\n {2}\{.*\},\ncode 0\n$/);
  expect(stderr).toBe('');
});

describe('--store names a module', () => {
  const module = (name: string, text: string) => {
    writeFileSync(join(project, name), text);
    return ['stats', '--store', `./${name}`];
  };
  const library = JSON.stringify(join(root, 'lib/index.js'));

  test('whose default export is a store, of either kind of module; what it leaves open does not matter', async () => {
    const open = `new SqliteStore(${JSON.stringify(path)})`;
    const [esm, cjs] = await Promise.all([
      start(
        module(
          'store.mjs',
          `import lib from ${library};\nsetInterval(() => {}, 1e6);\nconst { SqliteStore } = lib;\nexport default ${open};`,
        ),
      ),
      start(module('store.cjs', `const { SqliteStore } = require(${library});\nexports.default = ${open};`)),
    ]);
    for (const seen of [esm, cjs])
      expect(seen).toMatchObject({ code: 0, out: expect.stringMatching(/2,000/), err: '' });
  });

  test.each([
    [
      'without a default export',
      'empty.mjs',
      'export const store = 1;',
      2,
      '--store ./empty.mjs has no default export: let it be a Keyv or a CacheStore',
    ],
    [
      'that exports something else',
      'other.mjs',
      'export default { look() {} };',
      2,
      'as the last it has no draw, ',
    ],
    [
      'that throws',
      'broken.mjs',
      `throw new Error('no licence');`,
      1,
      '--store ./broken.mjs cannot be loaded: no licence',
    ],
    [
      'that is none',
      'cache.db',
      '',
      2,
      '--store ./cache.db is no module; for a SQLite file write sqlite:./cache.db',
    ],
  ])('%s: one line that says so', async (_name, file, text, code, says) => {
    const seen = await start(module(file, text));
    expect(seen).toMatchObject({ code, out: '' });
    expect(seen.err).toMatch(/^activity-cache: .*\n$/);
    expect(seen.err).toContain(says);
  });

  test('that is not there, a scheme that is unknown, a store inside another process', async () => {
    const says = async (store: string) => {
      const { code, err } = await start(['ls', '--store', store]);
      return [code, err];
    };
    expect(await says('./none.mjs')).toEqual([
      2,
      expect.stringContaining('--store ./none.mjs: there is no such module'),
    ]);
    expect(await says('mongodb://user:s3cret@host')).toEqual([2, expect.not.stringContaining('s3cret')]);
    expect(await says('memory:')).toEqual([2, expect.stringContaining('only there can it be looked into')]);
  });
});

describe('stores that are broken: a line for people, and a check of doctor that fails and says how to fix it', () => {
  const unprivileged = ['--import', require.resolve('tsx'), join(root, 'test/helpers/cli/unprivileged.ts')];

  async function broken(name: string, prepare: (file: string) => void | Promise<void>, script = program) {
    const folder = join(project, name);
    mkdirSync(folder);
    const file = join(folder, 'cache.db');
    await prepare(file);
    const store = ['--store', `sqlite:${file}`];
    const [listed, examined] = await Promise.all([
      start(['ls', ...store], { script }),
      start(['doctor', '--json', ...store], { script }),
    ]);
    const checks = JSON.parse(examined.out) as {
      name: string;
      status: string;
      seen: string;
      fix?: string;
    }[];
    return { file, listed, code: examined.code, failed: checks.filter(({ status }) => status === 'failed') };
  }

  test('of a newer version', async () => {
    const { file, listed, code, failed } = await broken('newer', (at) => {
      const db = new Database(at);
      db.exec('PRAGMA user_version = 99');
      db.close();
    });
    expect(listed).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining(`is of a newer version [path=${file}`),
    });
    expect(code).toBe(1);
    expect(failed).toEqual([
      {
        name: 'store',
        status: 'failed',
        seen: expect.stringContaining('is of a newer version'),
        fix: 'update temporal-activity-cache here, or use another store',
      },
    ]);
  });

  test('no database at all', async () => {
    const { listed, failed } = await broken('letter', (at) =>
      writeFileSync(at, 'A letter to my dear aunt. '.repeat(1_000)),
    );
    expect(listed).toMatchObject({
      code: 1,
      err: expect.stringContaining('Cache file is damaged, or something else'),
    });
    expect(failed).toEqual([
      expect.objectContaining({ name: 'store', fix: expect.stringContaining('delete the file') }),
    ]);
  });

  test('a file that this user may not write', async () => {
    const { code, failed } = await broken(
      'readonly',
      async (at) => {
        const store = new SqliteStore(at);
        await seed(store, { activityType: 'a', input: '1' });
        await store.close();
        for (const file of [at, `${at}-wal`, `${at}-shm`]) chmodSync(file, 0o444);
        chmodSync(join(at, '..'), 0o555);
        chmodSync(project, 0o755);
      },
      unprivileged,
    );
    expect(code).toBe(1);
    expect(failed[0]).toMatchObject({
      fix: expect.stringContaining('give this user the right to read and write it'),
    });
  });
});

test('a Temporal server that is not there: one line, and what names another', async () => {
  const seen = await start(['report', 'id', '--address', '127.0.0.1:1']);
  expect(seen).toMatchObject({ code: 1, out: '' });
  expect(seen.err).toMatch(
    /^activity-cache: no Temporal server answers at 127\.0\.0\.1:1 \(.*\); name it by --address or TEMPORAL_ADDRESS\n$/,
  );
});

test.each(['activity-cache', 'temporal-activity-cache'])('called as %s, it says so', async (name) => {
  const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { bin: object };
  expect(bin).toHaveProperty([name], 'lib/cli/bin.js');
  const link = join(project, name);
  symlinkSync(program[0]!, link);
  const script = [link];
  const [help, wrong, none] = await Promise.all([
    start(['rm', '--help'], { script }),
    start(['ls', '--tga'], { script }),
    start(['show', '0'.repeat(20)], { script }),
  ]);
  expect(help.out).toMatch(new RegExp(`^${name} rm \\[KEY…\\] \\[options\\]\n`));
  expect(help.out).toContain(`\n  ${name} rm 3f2a9c41d07e\n`);
  expect(wrong.err).toBe(
    `${name}: ls: unknown option '--tga'; did you mean '--tag'? See ${name} ls --help\n`,
  );
  expect(none.err).toBe(`${name}: no entry has the key ${'0'.repeat(20)}; ${name} ls lists what there is\n`);
});
