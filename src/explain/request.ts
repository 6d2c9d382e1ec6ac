/** What users ask to be explained. */
import type { WorkflowHandle } from '@temporalio/client';
import { CacheOptionsError } from '../errors';
import { rejectUnknown } from '../options/check';
import type { CacheStore } from '../store/store';
import { storeFailure } from '../store/failure';
import { type AskedCall, Explainer, type Explanation, type Reads, type Unseal } from './explain';

/**
 * What is explained: the completed calls of a run (or one of them), a call that is not made (would
 * it be a hit?), or an entry.
 */
export type ExplainRequest =
  | {
      /** Its client must have the codecs of the run, as for `cacheReport`. */
      handle: WorkflowHandle;
      /** Default: all calls. */
      activityId?: string;
    }
  | {
      /** The Activity type. */
      activity: string;
      /** The arguments of the call. */
      args: unknown[];
      /** The Activity function with its options. Default: that of a Worker of this process. */
      fn?: (...args: never[]) => unknown;
      /** A Temporal namespace. Default: that of the plugin's Worker or client, else `'default'`. */
      namespace?: string;
    }
  | {
      /** All 64 digits. */
      key: string;
      /** The key that it is compared with. Default: the one that explains the most. */
      against?: string;
    };

/** A request about a call that is not made. */
export type ExplainCall = Extract<ExplainRequest, { activity: string }>;

/** The part of a Worker's cache that is asked. */
export interface Asked {
  ask(call: ExplainCall): Promise<AskedCall | Explanation | undefined>;
  unseal: Unseal;
}

export interface Explaining {
  store: CacheStore;
  secret: string | undefined;
  scope: string;
  /** The plugin's namespaces, of which the first is that of calls that name none. Empty: all. */
  namespaces: readonly string[];
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
  checkRequest(request);
  const unseal: Unseal = async (...sealed) => {
    for (const worker of on.workers) {
      const found = await worker.unseal(...sealed);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const explainer = new Explainer(within(on), on.secret, unseal);
  if ('handle' in request) return explainer.run(request.handle, request.activityId);
  if ('activity' in request) {
    const asked = await ask(request, on);
    return ['subject' in asked ? await explainer.call(asked) : asked];
  }
  const { key, against } = request;
  return [await (against === undefined ? explainer.key(key) : explainer.keys(key, against))];
}

async function ask(call: ExplainCall, on: Explaining): Promise<AskedCall | Explanation> {
  const { activity, fn } = call;
  for (const cache of fn === undefined ? on.workers : [on.cacheOf(activity, fn)]) {
    const asked = await cache.ask({ namespace: on.namespaces[0], ...call });
    if (asked !== undefined) return asked;
  }
  const missing =
    fn === undefined
      ? "no Worker of this process declares it. Give its function as 'fn'"
      : 'its function is not cached';
  throw new CacheOptionsError(`explain: it is not known how '${activity}' is cached: ${missing}`);
}

/** @throws {CacheOptionsError} */
function checkRequest(request: ExplainRequest): void {
  const wrong = (problem: string) => new CacheOptionsError(`explain: ${problem}`);
  const kinds = ['handle', 'activity', 'key'].filter((field) => field in request);
  if (kinds.length !== 1) throw wrong('give one of { handle }, { activity, args } and { key }');
  if ('activity' in request) {
    if (typeof request.activity !== 'string' || request.activity === '')
      throw wrong('activity must be the type of an Activity');
    if (!Array.isArray(request.args)) throw wrong('args must be the list of arguments');
    if (request.fn !== undefined && typeof request.fn !== 'function') throw wrong('fn must be a function');
  }
  if ('key' in request)
    for (const key of [request.key, request.against ?? request.key])
      if (!/^[0-9a-f]{64}$/.test(String(key))) throw wrong('a key has 64 digits 0-9a-f');
}

/** The part of the store that the plugin may see, with failures as {@link CacheStoreError}. */
const within = ({ store, scope, namespaces }: Explaining): Reads => {
  const failed = (operation: string) => (cause: unknown) => {
    throw storeFailure(store.name, operation, cause);
  };
  return {
    look: (subject) => store.look(subject).catch(failed('look')),
    notes: (prefix) => store.notes(prefix).catch(failed('notes')),
    async *entries(filter) {
      try {
        for await (const record of store.entries({ ...filter, scope }))
          if (namespaces.length === 0 || namespaces.includes(record.namespace)) yield record;
      } catch (cause) {
        failed('entries')(cause);
      }
    },
  };
};
