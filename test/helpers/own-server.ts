/** A Temporal server for one test file: with settings of its own, and to be restarted. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface OwnServerOptions {
  /** Dynamic configuration, by its keys. */
  config?: Record<string, unknown>;
  /** Whether it keeps its Workflows when it is restarted, which makes it slower. Default: no. */
  keeps?: boolean;
  /** Whether it serves Temporal's UI. */
  ui?: boolean;
}

/** To be called at the top of the file: the server ends with it. */
export function ownServer(options: OwnServerOptions = {}): OwnServer {
  const server = new OwnServer(options);
  beforeAll(() => server.start(), 120_000);
  afterAll(() => server.end());
  return server;
}

export class OwnServer {
  private readonly folder = mkdtempSync(join(tmpdir(), 'own-server-'));
  private readonly child: ChildProcess = fork(join(__dirname, 'server-process.mjs'), { execArgv: [] });
  private known?: string;
  /** Undefined where the server is one that somebody else runs. */
  uiUrl?: string;

  constructor(private readonly options: OwnServerOptions) {}

  get address(): string {
    return this.known!;
  }

  async start(): Promise<void> {
    const port = this.known === undefined ? undefined : Number(this.known.split(':')[1]);
    const { config, keeps, ui } = this.options;
    const dbFile = keeps ? join(this.folder, 'temporal.db') : undefined;
    this.known = await this.tell({ start: { tuned: true, port, dbFile, config, ui } });
  }

  /** Kills it; its Workflows are in its file. */
  stop(): Promise<unknown> {
    return this.tell({ stop: true });
  }

  async end(): Promise<void> {
    await this.stop();
    this.child.disconnect();
    await once(this.child, 'exit');
    rmSync(this.folder, { recursive: true });
  }

  private async tell(message: object): Promise<string> {
    this.child.send(message);
    const [{ address, uiUrl, error }] = (await once(this.child, 'message')) as [
      { address?: string; uiUrl?: string; error?: string },
    ];
    if (error !== undefined) throw new Error(error);
    this.uiUrl = uiUrl;
    return address!;
  }
}
