/** A client of a Temporal server, configured by the standard environment variables. */
import type { Client } from '@temporalio/client';
import { CacheError } from '../errors';
import type { Options } from './option';
import { Failure } from './errors';

export const TEMPORAL = {
  address: { type: 'string', value: 'HOST:PORT', about: 'the Temporal server' },
  namespace: { type: 'string', value: 'NAMESPACE', about: 'the Temporal namespace' },
} as const satisfies Options;

export const TEMPORAL_VARIABLES = {
  TEMPORAL_ADDRESS: 'the Temporal server; default localhost:7233',
  TEMPORAL_NAMESPACE: 'default: default',
  TEMPORAL_API_KEY: 'and TEMPORAL_TLS, TEMPORAL_TLS_CLIENT_CERT_PATH …: as for the Temporal CLI',
  TEMPORAL_PROFILE: "a profile of the Temporal CLI's configuration file",
};

export interface TemporalAddress {
  address: string | undefined;
  namespace: string | undefined;
}

export interface Temporal {
  client: Client;
  address: string;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT = '5 seconds';

/** Missing values come from the environment, and from the configuration file that it names. */
export async function connectTo(to: TemporalAddress, env: NodeJS.ProcessEnv): Promise<Temporal> {
  // Imported here, because loading these modules takes longer than most commands.
  const { Client, Connection } = await import('@temporalio/client');
  const { loadClientConnectConfig } = await import('@temporalio/envconfig');
  const overrideEnvVars = Object.fromEntries(
    Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  const config = loadClientConnectConfig({ overrideEnvVars });
  const address = to.address ?? config.connectionOptions.address ?? 'localhost:7233';
  const { tls, apiKey, metadata } = config.connectionOptions;
  try {
    const connection = await Connection.connect({
      address,
      tls,
      apiKey,
      metadata,
      connectTimeout: CONNECT_TIMEOUT,
    });
    const client = new Client({ connection, namespace: to.namespace ?? config.namespace });
    return { client, address, close: () => connection.close() };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure(
      `no Temporal server answers at ${address} (${why})`,
      'name it by --address or TEMPORAL_ADDRESS',
      { cause },
    );
  }
}

/**
 * Explains why a run cannot be read.
 * @returns a handler that throws a {@link Failure}
 */
export const noRun =
  ({ client, address }: Temporal, workflowId: string) =>
  (cause: unknown): never => {
    const { name, message, details } = cause as Error & { details?: string };
    if (cause instanceof CacheError) throw new Failure(message.replace(/^\w+: /, ''));
    const where = `namespace '${client.options.namespace}' of ${address}`;
    if (name !== 'WorkflowNotFoundError')
      throw new Failure(`the history of '${workflowId}' cannot be read, ${where}: ${details || message}`);
    throw new Failure(
      `no run of '${workflowId}' in ${where}`,
      '--namespace, --address and --run-id name others',
    );
  };
