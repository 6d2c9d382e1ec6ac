/** What a program loads: the drivers of databases only when a store needs one, OpenTelemetry only for a Worker's calls. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
const source = (file: string) => JSON.stringify(join(root, 'src', file));
const folder = mkdtempSync(join(tmpdir(), 'loading-'));
afterAll(() => rmSync(folder, { recursive: true }));

const DRIVERS = ['libsql', 'pg', 'keyv', '@keyv/postgres', '@opentelemetry/api'];

/** @returns the drivers that a process has loaded after these statements, in which `cache` is the main entry */
function driversAfter(statements: string): string[] {
  const script = `
    require('tsx/cjs');
    const cache = require(${source('index.ts')});
    const loaded = () => ${JSON.stringify(DRIVERS)}.filter((name) =>
      Object.keys(require.cache).some((file) => file.includes(\`/node_modules/\${name}/\`)));
    (async () => { ${statements} })().then(() => process.stdout.write(JSON.stringify(loaded())));`;
  const env = { ...process.env, ACTIVITY_CACHE_STORE: `sqlite:${join(folder, 'cache.db')}` };
  return JSON.parse(execFileSync(process.execPath, ['-e', script], { cwd: root, env, encoding: 'utf8' }));
}

const POSTGRES = `{ uri: 'postgres://nowhere/cache' }`;

test.each([
  ['the package is imported', '', []],
  ['a client gets a plugin', 'new cache.CachePlugin()', []],
  ['a store in memory is used', `await new cache.CachePlugin({ store: 'memory:' }).stats()`, []],
  ['nobody is asked whether an object is a store', `({}) instanceof cache.PostgresStore`, []],
  ['a SQLite file is opened', 'await new cache.CachePlugin().stats()', ['libsql']],
  ['a Postgres store is made', `new cache.PostgresStore(${POSTGRES})`, ['pg', 'keyv', '@keyv/postgres']],
  ['statements for an administrator are asked for', 'cache.postgresTables()', ['pg']],
])('when %s', (_, statements, drivers) => {
  expect(driversAfter(statements)).toEqual(drivers);
});

test.each(['workflow.ts', 'cli/main.ts', 'testing/index.ts'])('%s loads no driver', (entry) => {
  const script = `require('tsx/cjs'); require(${source(entry)}); process.stdout.write(Object.keys(require.cache).join('\\n'));`;
  const files = execFileSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' });
  expect(files).toContain(join('src', entry));
  expect(files).not.toMatch(/node_modules\/(libsql|pg|keyv|@keyv|@opentelemetry)\//);
});

test('a program of ES modules loads none of them either', () => {
  const file = join(folder, 'client.mjs');
  const entry = JSON.stringify(join(root, 'src/index.ts'));
  writeFileSync(
    file,
    `import { createRequire } from 'node:module';
     const { cached, PostgresAdapter } = await import(${entry});
     const { cache } = createRequire(${entry});
     const drivers = () => Object.keys(cache).filter((file) => /node_modules\\/(libsql|pg|keyv|@keyv|@opentelemetry)\\//.test(file)).length;
     const before = drivers();
     new PostgresAdapter(${POSTGRES});
     process.stdout.write(JSON.stringify([typeof cached, before, drivers() > 0]));`,
  );
  const output = execFileSync(process.execPath, ['--import', require.resolve('tsx'), file], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(JSON.parse(output)).toEqual(['function', 0, true]);
});

test('a Postgres adapter is a KeyvPostgres, by the class that its user imports', () => {
  const script = `
    require('tsx/cjs');
    const { KeyvStore, PostgresAdapter, PostgresStore } = require(${source('index.ts')});
    const made = [new PostgresAdapter(${POSTGRES}), new PostgresStore(${POSTGRES})];
    const { KeyvPostgres } = require('@keyv/postgres');
    class Own extends PostgresAdapter { mine = this.name; }
    made.push(new Own(${POSTGRES}));
    process.stdout.write(JSON.stringify(made.map((one) =>
      [one instanceof KeyvPostgres, one instanceof PostgresAdapter, one instanceof PostgresStore, one.constructor.name, one.mine])));
    process.exit();`;
  const output = execFileSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' });
  expect(JSON.parse(output)).toEqual([
    [true, true, false, 'PostgresAdapter', null],
    [true, true, true, 'PostgresStore', null],
    [true, true, false, 'Own', 'postgres://nowhere:5432/cache'],
  ]);
});
