// One PostgreSQL server for tests and benchmarks: the binaries that npm brings, a folder of its own, on a free port.
// Nothing of it outlives us, however we end.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from './ports.mjs';
import { postgresBinaries, unprivileged } from './postgres-binaries.mjs';
import { lastOutput, spawnTied } from './processes.mjs';

const signals = { smart: 'SIGTERM', fast: 'SIGINT', immediate: 'SIGQUIT' };

const defaults = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  dynamic_shared_memory_type: 'mmap', // in our folder, so that it goes with it
  max_connections: '200',
  fsync: 'off', // survives all that can happen to the server, and no test takes the power away
};

/**
 * Starts a server on a new, empty cluster.
 *
 * @param {{ settings?: Record<string, string>, files?: Record<string, string> }} [options] settings as in postgresql.conf, and files for
 *   them to name, which are put into the data folder
 */
export async function startPostgres({ settings = {}, files = {} } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
  const server = new Postgres(folder, { ...defaults, ...settings });
  try {
    await server.create(files);
    for (let attempt = 1; ; attempt++) {
      server.port = await freePort();
      try {
        await server.start();
        return server;
      } catch (error) {
        // A free port may be taken by somebody else before the server listens on it.
        if (attempt === 3 || !/address already in use/i.test(error.message)) throw error;
      }
    }
  } catch (error) {
    await server.end();
    throw error;
  }
}

class Postgres {
  #child;
  #hung;
  #password = randomBytes(16).toString('hex');

  constructor(folder, settings) {
    this.folder = folder;
    this.data = join(folder, 'data');
    this.settings = settings;
    this.remover = atOurEnd('rm -rf "$1" || { sleep 1; rm -rf "$1"; }', [folder]); // a backend may still be writing
  }

  /** Of the superuser. */
  get url() {
    return `postgres://postgres:${this.#password}@127.0.0.1:${this.port}/postgres`;
  }

  /** The postmaster's. */
  get pid() {
    return this.#child.pid;
  }

  async create(files) {
    const user = unprivileged();
    if (user) chownSync(this.folder, user.uid, user.gid);
    const { postgres, initdb } = await postgresBinaries(user, this.folder);
    Object.assign(this, { postgres, user });
    const own = (path, text) => {
      writeFileSync(path, text, { mode: 0o600 });
      if (user) chownSync(path, user.uid, user.gid);
    };
    own(join(this.folder, 'password'), this.#password);
    const options = [
      '--username=postgres',
      '--auth=scram-sha-256',
      `--pwfile=${join(this.folder, 'password')}`,
      '--set=scram_iterations=1', // nobody can guess the password, and connecting takes less
    ];
    // Sorts as people do, as many databases: nothing may rely on the order of bytes.
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US'];
    const { status, error, stdout, stderr } = spawnSync(
      initdb,
      [`--pgdata=${this.data}`, '--no-sync', ...options, ...locale],
      { ...user, cwd: this.folder, encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`initdb failed: ${error?.message ?? stdout + stderr}`);
    for (const [name, text] of Object.entries(files)) own(join(this.data, name), text);
  }

  /** Resolves when it accepts connections. */
  async start() {
    const settings = Object.entries(this.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const args = ['-D', this.data, '-p', String(this.port), ...settings];
    const child = spawnTied(this.postgres, args, { ...this.user, cwd: this.folder, stdio: 'pipe' });
    child.unref();
    for (const stream of [child.stdout, child.stderr, child.stdio[3]]) stream.unref();
    this.#child = child;
    const output = lastOutput(child);
    await new Promise((resolve, reject) => {
      child.stderr.on('data', () => /ready to accept connections/.test(output()) && resolve());
      child.once('close', () => reject(new Error(`PostgreSQL ended before it was ready:\n${output()}`)));
      child.once('error', reject);
      child.ref(); // until it is ready
    });
    child.unref();
  }

  /** @param {'smart' | 'fast' | 'immediate'} mode what becomes of the sessions there are: as in `pg_ctl stop` */
  async stop(mode = 'fast') {
    await this.resume();
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    const gone = once(child, 'exit');
    child.kill(signals[mode]);
    await gone;
  }

  async restart(mode = 'fast') {
    await this.stop(mode);
    await this.start();
  }

  /** Stops these processes of the server as they are, or without `pids` all of them: it is there, and answers nobody. */
  async hang(pids) {
    const all = pids ?? [this.pid, ...(await this.#backends())];
    // Whoever ends while a process is stopped would leave it behind for ever.
    this.#hung = atOurEnd('kill -s CONT "$@"', all.map(String));
    for (const pid of all) process.kill(pid, 'SIGSTOP');
  }

  /** Lets what hangs go on. */
  async resume() {
    const hung = this.#hung;
    this.#hung = undefined;
    await hung?.();
  }

  /** Stops it, and removes its folder. */
  async end() {
    await this.stop('immediate');
    await this.remover();
  }

  async #backends() {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    const { rows } = await client.query('SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()');
    await client.end();
    return rows.map(({ pid }) => pid);
  }
}

/** Runs a shell script when what it returns is called, or when we end, by whatever means: it reads a pipe that only we hold open. */
function atOurEnd(script, args) {
  const child = spawn('/bin/sh', ['-c', `cat; ${script}`, 'sh', ...args], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  child.stdin.unref();
  return async () => {
    if (child.exitCode !== null) return;
    child.ref();
    const done = once(child, 'exit');
    child.stdin.end();
    await done;
  };
}
