export interface PostgresServer {
  /** Of the superuser. */
  readonly url: string;
  /** Of the postmaster. */
  readonly pid: number;
  start(): Promise<void>;
  stop(mode?: 'smart' | 'fast' | 'immediate'): Promise<void>;
  restart(mode?: 'smart' | 'fast' | 'immediate'): Promise<void>;
  /** Stops these processes of the server as they are, or all of them: it is there, and answers nobody. */
  hang(pids?: number[]): Promise<void>;
  /** Lets what hangs go on. */
  resume(): Promise<void>;
  /** Stops it, and removes its folder. */
  end(): Promise<void>;
}

export interface PostgresServerOptions {
  /** As in postgresql.conf. */
  settings?: Record<string, string>;
  /** What settings may name: files for the data folder, with their text. */
  files?: Record<string, string>;
}

/** Starts a PostgreSQL server on a new, empty cluster. It ends with this process, however that ends. */
export function startPostgres(options?: PostgresServerOptions): Promise<PostgresServer>;
