/**
 * A process with cached Activities, which does what its parent says. Each body asks the parent for the generation of its record, and
 * answers with it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultPayloadConverter } from '@temporalio/common';
import { cached, cacheContext, type CachePluginOptions, type Invalidation } from 'temporal-activity-cache';
import { MockWorker } from '../mock';
import { ACTIVITIES, lateTagOf, recordOf, tagOf, VERSIONS } from './records';

export type Order =
  /** Begins anew, with a cache of its own. */
  | { kind: 'open'; options: CachePluginOptions }
  /** `atMostMs`: how long the body takes, before and after it asks. */
  | { kind: 'call'; record: number; atMostMs: number; overwrite?: boolean }
  | { kind: 'invalidate'; what: Invalidation }
  | { kind: 'prune'; maxBytes: number }
  /** What became of the calls so far. */
  | { kind: 'statuses' };

export type ToChild = { id: number; order: Order } | { id: number; generation: number };
export type ToParent =
  | { kind: 'ready' }
  | { kind: 'body'; id: number; record: number; key: string }
  | { kind: 'done'; id: number; answer?: unknown; error?: string };

const asked = new Map<number, (generation: number) => void>();
let questions = 0;
const tell = (message: ToParent) => void process.send!(message);

const generationOf = (record: number): Promise<number> =>
  new Promise((resolve) => {
    asked.set(++questions, resolve);
    tell({ kind: 'body', id: questions, record, key: cacheContext()!.key });
  });

const body = async (record: number, atMostMs: number): Promise<number> => {
  cacheContext()!.addTags(lateTagOf(record));
  await sleep(Math.random() * atMostMs);
  const generation = await generationOf(record);
  await sleep(Math.random() * atMostMs);
  return generation;
};

const activities = Object.fromEntries(
  ACTIVITIES.map((type, i) => {
    const tags = (args: unknown[]) => [tagOf(args[0] as number)];
    const own: typeof body = (record, atMostMs) => body(record, atMostMs);
    return [
      type,
      cached({ version: VERSIONS[i]!, tags, ignoredInputs: 1, parameters: ['record', 'ms'] }, own),
    ];
  }),
);

const overwriting = { 'activity-cache': defaultPayloadConverter.toPayload({ mode: 'overwrite' }) };
let worker: MockWorker;
let runs = 0;

async function follow(order: Order): Promise<unknown> {
  switch (order.kind) {
    case 'open':
      await worker?.plugin.close();
      worker = new MockWorker(activities, order.options);
      return;
    case 'call': {
      const { record, atMostMs, overwrite } = order;
      const headers = overwrite ? overwriting : {};
      // A run of its own: what it overwrote is fresh for nobody else.
      const info = { workflowExecution: { workflowId: 'w', runId: `${process.pid}-${++runs}` } };
      return worker.callWith({ headers, info }, recordOf(record).activity, record, atMostMs);
    }
    case 'invalidate':
      return worker.plugin.invalidate(order.what);
    case 'prune':
      return worker.plugin.prune({ maxBytes: order.maxBytes });
    case 'statuses':
      return worker.statuses;
  }
}

process.on('message', (message: ToChild) => {
  const { id } = message;
  if ('generation' in message) {
    asked.get(id)!(message.generation);
    asked.delete(id);
    return;
  }
  follow(message.order).then(
    (answer) => tell({ kind: 'done', id, answer }),
    (error: unknown) => tell({ kind: 'done', id, error: String(error) }),
  );
});
process.once('disconnect', () => process.exit());
tell({ kind: 'ready' });
