export interface TemporalServerOptions {
  /** Raises the dev server's poll limits: each Activity starts at once instead of after some 50 to 100 ms. */
  tuned?: boolean;
  /** Serves the web UI too. */
  ui?: boolean;
  /** The port to listen on. Default: a free one. */
  port?: number;
  /** The web UI's port. Default: a free one. */
  uiPort?: number;
  /** Keeps its Workflows in this file, for the next server that is given it. Default: in memory. */
  dbFile?: string;
  /** Dynamic configuration, by its keys. */
  config?: Record<string, unknown>;
  /** Takes a line about what is going on, where it takes long. Default: standard error. */
  log?: (line: string) => void;
}

export interface TemporalServer {
  /** `host:port` of the gRPC service. */
  address: string;
  uiUrl?: string;
  /** Resolves when the server has ended, by `stop()` or by itself. */
  ended: Promise<void>;
  /** Ends the server. Without it the server ends when this process does, however it ends. */
  stop(): Promise<void>;
}

/**
 * A Temporal server, ready for calls, everything in memory.
 *
 * Tried in this order: the server that `TEMPORAL_ADDRESS` names (its `stop()` does nothing, options have no effect);
 * `temporal` on PATH; the SDK's own download; a build from tools/temporal with a Go toolchain. What was downloaded
 * or built is kept in `$XDG_CACHE_HOME/temporal-activity-cache` for the next time.
 */
export function startTemporalServer(options?: TemporalServerOptions): Promise<TemporalServer>;
