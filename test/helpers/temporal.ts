/** A body with a Worker around it, on the server that the test run has started; each with a task queue of its own. */
import { randomUUID } from 'node:crypto';
import { Client, Connection, type ConnectionOptions, type ClientOptions } from '@temporalio/client';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { CachePlugin } from 'temporal-activity-cache';
import { bundle } from './bundle';

export { bundle };

export const address = (): string => process.env.TEST_TEMPORAL_ADDRESS!;

/** The bundle of test/helpers/workflows.ts. */
export const workflowBundle = () => bundle({});

/** The bundle of the Workflows of such a file, with the plugin. */
export const bundleWithPlugin = (workflowsPath: string) =>
  bundle({ workflowsPath, plugins: [new CachePlugin()] });

export interface WorkerSetup extends Partial<Omit<WorkerOptions, 'connection'>> {
  client?: Partial<ClientOptions>;
  /** Default: one of its own, which is closed in the end. */
  connection?: NativeConnection;
}

export interface Around {
  client: Client;
  worker: Worker;
  connection: NativeConnection;
  taskQueue: string;
  /** Starts a Workflow of workflows.ts and waits for its result. */
  run(workflow: string, ...args: unknown[]): Promise<unknown>;
  /** The same, with the handle. */
  start(workflow: string, ...args: unknown[]): ReturnType<Client['workflow']['start']>;
}

const bundleFor = ({ workflowsPath, dataConverter }: WorkerSetup) => {
  if (workflowsPath !== undefined) return undefined;
  const payloadConverterPath = dataConverter?.payloadConverterPath;
  return payloadConverterPath === undefined ? workflowBundle() : bundle({ payloadConverterPath });
};

export async function withWorker<T>(setup: WorkerSetup, body: (around: Around) => Promise<T>): Promise<T> {
  const { client: clientOptions, connection: given, ...options } = setup;
  const taskQueue = options.taskQueue ?? `test-${randomUUID()}`;
  const connection = given ?? (await NativeConnection.connect({ address: address() }));
  const clientConnection = await Connection.connect({ address: address() } satisfies ConnectionOptions);
  try {
    const worker = await Worker.create({
      connection,
      workflowBundle: await bundleFor(options),
      ...options,
      taskQueue,
    });
    const client = new Client({
      connection: clientConnection,
      dataConverter: options.dataConverter,
      ...clientOptions,
    });
    const start: Around['start'] = (workflow, ...args) =>
      client.workflow.start(workflow, { taskQueue, workflowId: `${workflow}-${randomUUID()}`, args });
    const run: Around['run'] = async (workflow, ...args) => (await start(workflow, ...args)).result();
    return await worker.runUntil(body({ client, worker, connection, taskQueue, run, start }));
  } finally {
    await clientConnection.close();
    if (given === undefined) await connection.close();
  }
}
