/** What users ask to be explained. */
import type { WorkflowHandle } from '@temporalio/client';
import { CacheOptionsError } from '../errors';
import { rejectUnknown } from '../options/check';
import type { CacheStore } from '../store/store';
import { storeFailure } from '../store/failure';
import { type AskedCall, Explainer, type Explanation, type Reads, type Unseal } from './explain';

/** The completed calls of a run, or one of them. */
export interface ExplainRun {
  /** Its client must have the codecs of the run, as for `cacheReport`. */
  handle: WorkflowHandle;
  /** Default: all calls. */
  activityId?: string;
}

/** A call that is not made: would it be a hit? */
export interface ExplainCall {
  /** The Activity type. */
  activity: string;
  /** The arguments of the call. */
  args: unknown[];
  /** The Activity function with its options. Default: that of a Worker of this process. */
  fn?: (...args: never[]) => unknown;
  /** A Temporal namespace. Default: that of the plugin's Worker or client, else `'default'`. */
  namespace?: string;
}

/** An entry, and the one with which it is compared. */
export interface ExplainKey {
  /** All 64 digits. */
  key: string;
  /** All 64 digits. Default: the entry that explains the most. */
  against?: string;
}

export type ExplainRequest = ExplainRun | ExplainCall | ExplainKey;

/** The part of a Worker's cache that is asked. */
export interface Asked {
  ask(call: ExplainCall): Promise<AskedCall | Explanation | undefined>;
  unseal: Unseal;
}

export interface Explaining {
  store: CacheStore;
  secret: string | undefined;
  /** The namespace of calls that name none. */
  namespace: string | undefined;
  /** The caches of the Workers of this process. */
  workers: Iterable<Asked>;
  /** A cache for one function that no Worker has. */
  cacheOf(activity: string, fn: unknown): Asked;
}

const FIELDS = ['handle', 'activityId', 'activity', 'args', 'fn', 'namespace', 'key', 'against'] as const;

/**
 * @throws {CacheOptionsError}
 * @throws {CacheStoreError}
 */
export async function explain(request: ExplainRequest, on: Explaining): Promise<Explanation[]> {
  rejectUnknown(request, FIELDS, 'explain');
  const unseal: Unseal = async (...sealed) => {
    for (const worker of on.workers) {
      const found = await worker.unseal(...sealed);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const explainer = new Explainer(reporting(on.store), on.secret, unseal);
  if ('handle' in request) return explainer.run(request.handle, request.activityId);
  if ('activity' in request) {
    const asked = await ask(request, on);
    return ['subject' in asked ? await explainer.call(asked) : asked];
  }
  if (!('key' in request))
    throw new CacheOptionsError('explain: give { handle }, { activity, args } or { key }');
  const { key, against } = request;
  return [await (against === undefined ? explainer.key(key) : explainer.keys(key, against))];
}

async function ask(call: ExplainCall, on: Explaining): Promise<AskedCall | Explanation> {
  const { activity, fn } = call;
  for (const cache of fn === undefined ? on.workers : [on.cacheOf(activity, fn)]) {
    const asked = await cache.ask({ namespace: on.namespace, ...call });
    if (asked !== undefined) return asked;
  }
  const missing =
    fn === undefined
      ? "no Worker of this process declares it. Give its function as 'fn'"
      : 'its function is not cached';
  throw new CacheOptionsError(`explain: it is not known how '${activity}' is cached: ${missing}`);
}

/** The store with failures as {@link CacheStoreError}. */
const reporting = (store: CacheStore): Reads => {
  const failed = (operation: string) => (cause: unknown) => {
    throw storeFailure(store.name, operation, cause);
  };
  return {
    look: (subject) => store.look(subject).catch(failed('look')),
    notes: (prefix) => store.notes(prefix).catch(failed('notes')),
    async *entries(filter) {
      try {
        yield* store.entries(filter);
      } catch (cause) {
        failed('entries')(cause);
      }
    },
  };
};
