/** Many callers of one serialized Activity `f`, and what became of each of them. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { type ActivityExecuteInput, NativeConnection } from '@temporalio/worker';
import {
  cacheContext,
  type CacheOptions,
  CachePlugin,
  type CachePluginOptions,
  type CacheStore,
  cached,
  cacheReport,
} from 'temporal-activity-cache';
import { reservationId, reservationQueue } from '../../src/wire/reservation';
import { address, type Around, type WorkerSetup, withWorker } from './temporal';
import { until } from './until';

const folder = mkdtempSync(join(tmpdir(), 'serialized-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
/** A file of its own: reservations are a store's. */
export const newStore = (): string => `sqlite:${join(folder, `${++files}.db`)}`;

export type Handle = Awaited<ReturnType<Around['start']>>;

export interface SerializedSetup {
  options?: CacheOptions;
  plugin?: CachePluginOptions;
  worker?: WorkerSetup;
  /** Whether the plugin knows how the connection is made, so that reservations are worked on in a thread. Default: yes. */
  onConnection?: boolean;
}

export interface BodyCall {
  key: string;
  /** How many bodies began before it. */
  index: number;
  args: unknown[];
  /** Resolves when so many attempts have begun in all. */
  arrived(attempts: number): Promise<void>;
  /** Resolves when so many are in line for the key of this call. */
  inLine(callers: number): Promise<void>;
}

function identityOf(plugin: CachePlugin): Promise<string> {
  const { store } = (plugin as unknown as { options: { store: CacheStore } }).options;
  return store.claim('identity', randomUUID());
}

/** Resolves when a Worker asks for reservations to work on. */
export async function reservationsAreWorkedOn(client: Client, plugin: CachePlugin): Promise<void> {
  const taskQueue = { name: reservationQueue(await identityOf(plugin)) };
  const { namespace } = client.options;
  const taskQueueType = 1; // of Workflows
  await until(async () => {
    const { pollers } = await client.workflowService.describeTaskQueue({
      namespace,
      taskQueue,
      taskQueueType,
    });
    return (pollers?.length ?? 0) > 0;
  });
}

/** The reservation of a key, as Temporal shows it. */
export async function reservationOf(client: Client, plugin: CachePlugin, key: string, activityType = 'f') {
  const identity = await identityOf(plugin);
  return client.workflow.getHandle(reservationId(identity, { scope: '', activityType, key }));
}

export async function waitingIn(client: Client, plugin: CachePlugin, key: string): Promise<number> {
  const handle = await reservationOf(client, plugin, key);
  const { memo } = await handle.describe();
  return Number(memo?.waiting ?? 0);
}

export interface Serialized extends Around, Pick<BodyCall, 'arrived'> {
  plugin: CachePlugin;
  /** Resolves when so many bodies have begun. An attempt that has arrived may be overtaken before it looks. */
  began(bodies: number): Promise<void>;
  /** Starts so many Workflows, each with one call of `f`; with other arguments than `[7]` it is another key. */
  call(n: number, options?: object, args?: unknown[]): Promise<Handle[]>;
}

export async function withSerialized<T>(
  body: (call: BodyCall) => Promise<unknown>,
  setup: SerializedSetup,
  test: (around: Serialized) => Promise<T>,
): Promise<T> {
  let begun = 0;
  let attempts = 0;
  const arrived: BodyCall['arrived'] = async (wanted) => {
    while (attempts < wanted) await sleep(5);
  };
  const began: Serialized['began'] = async (wanted) => {
    while (begun < wanted) await sleep(5);
  };
  let client: Client | undefined;
  const inLine: BodyCall['inLine'] = async (wanted) => {
    const { key } = cacheContext()!;
    const { cancellationSignal } = Context.current();
    while ((await waitingIn(client!, plugin, key)) < wanted)
      await sleep(20, undefined, { signal: cancellationSignal });
  };
  const counting = () => ({
    inbound: {
      execute: (input: ActivityExecuteInput, next: (input: ActivityExecuteInput) => Promise<unknown>) => {
        attempts++;
        return next(input);
      },
    },
  });
  const options = { behavior: 'auto', serialize: true, ...setup.options } as const;
  const f = cached(options as CacheOptions, async (...args: unknown[]) =>
    body({ index: begun++, key: cacheContext()?.key ?? '', args, arrived, inLine }),
  );
  const plugin = new CachePlugin({ store: newStore(), ...setup.plugin });
  const plugins = setup.onConnection === false ? [] : [plugin];
  const connection = await NativeConnection.connect({ address: address(), plugins });
  const { activities, interceptors, ...worker } = setup.worker ?? {};
  try {
    return await withWorker(
      {
        ...worker,
        activities: { f, ...activities },
        interceptors: { activity: [counting, ...(interceptors?.activity ?? [])] },
        plugins: [plugin],
        connection,
      },
      async (around) => {
        client = around.client;
        const call: Serialized['call'] = (n, stepOptions = {}, args = [7]) =>
          Promise.all(
            Array.from({ length: n }, () =>
              around.start('sequence', [{ type: 'f', args, options: stepOptions }]),
            ),
          );
        return test({ ...around, plugin, call, arrived, began });
      },
    );
  } finally {
    await connection.close();
    await plugin.close();
  }
}

const rootOf = (error: Error): Error => (error.cause instanceof Error ? rootOf(error.cause) : error);

/** Of each call its value, or the message of its failure. */
export const endsOf = (handles: Handle[]): Promise<unknown[]> =>
  Promise.all(
    handles.map((handle) =>
      handle.result().then(
        (results) => (results as unknown[])[0],
        (error: Error) => rootOf(error).message,
      ),
    ),
  );

/** How often each status was told, with its reasons: `{ stored: 1, joined: 2 }`. */
export async function statusesOf(handles: Handle[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { rows } of await Promise.all(handles.map((handle) => cacheReport(handle)))) {
    for (const { status, why, reason } of rows) {
      const text = [status, status === 'stored' && why === 'new' ? undefined : why, reason]
        .filter(Boolean)
        .join(' ');
      counts[text] = (counts[text] ?? 0) + 1;
    }
  }
  return counts;
}
