/** PostgreSQL for tests: a database of its own for a file, or a whole server that may be stopped, restarted and hung. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';

type StopMode = 'smart' | 'fast' | 'immediate';

/** One statement on a connection of its own. */
export async function sql(url: string, text: string, values?: unknown[]): Promise<any[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}

let databases = 0;

/**
 * An empty database on the run's server, for this test file: to be called at its top. It is dropped at the end of the file, ahead of every
 * `afterAll` below the call; who is connected then is cut off.
 */
export function freshDatabase(): { readonly url: string } {
  const server = process.env.TEST_POSTGRES_URL!;
  const name = `test_${process.pid}_${Date.now()}_${++databases}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  beforeAll(() => sql(server, `CREATE DATABASE ${name}`));
  afterAll(async () => {
    await sql(server, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1`, [name]);
    await sql(server, `DROP DATABASE ${name}`);
  });
  return { url: url.href };
}

export interface ClusterOptions {
  /** As in postgresql.conf. */
  settings?: Record<string, string>;
  /** What settings may name: files for the data folder, with their text. */
  files?: Record<string, string>;
}

/** A server for this test file alone: to be called at its top. It ends with the file, whatever became of the tests. */
export function ownCluster(options: ClusterOptions = {}): Cluster {
  const cluster = new Cluster();
  beforeAll(() => cluster.tell('create', options));
  afterEach(() => cluster.resume());
  afterAll(() => cluster.end());
  return cluster;
}

class Cluster {
  private readonly child: ChildProcess = fork(join(__dirname, 'cluster-process.mjs'), { execArgv: [] });
  private state?: { url: string; pid: number };

  get url(): string {
    return this.state!.url;
  }

  /** Of the postmaster. */
  get pid(): number {
    return this.state!.pid;
  }

  start = (): Promise<void> => this.tell('start');
  stop = (mode: StopMode = 'fast'): Promise<void> => this.tell('stop', mode);
  restart = (mode: StopMode = 'fast'): Promise<void> => this.tell('restart', mode);

  /** SIGSTOP to these of its processes, or to all of them: it is there, and answers nobody. */
  hang = (...pids: number[]): Promise<void> => this.tell('hang', pids.length > 0 ? pids : undefined);
  /** Lets what hangs go on. Done after each test too. */
  resume = (): Promise<void> => this.tell('resume');

  async tell(method: string, ...args: unknown[]): Promise<void> {
    const answered = once(this.child, 'message');
    this.child.send([method, ...args]);
    const [{ error, state }] = await answered;
    if (error !== undefined) throw new Error(error);
    this.state = state;
  }

  async end(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.disconnect();
    await gone;
  }
}
