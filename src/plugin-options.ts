/** What the plugin can be told, checked and resolved once. */
import { inspect } from 'node:util';
import { type Duration, msToNumber } from '@temporalio/common';
import { CacheOptionsError } from './errors';
import type { CacheLayer, CacheShorthand } from './options/cache-options';
import { toLayer } from './options/layer';
import { rejectUnknown } from './options/check';
import { handleOf, type StoreHandle } from './store/store-handle';
import type { AnyKeyv } from './store/keyv/any-keyv';
import { openStore } from './store/open';
import { ReadOnlyStore } from './store/read-only';
import type { CacheStore } from './store/store';
import { isKeepable, KEEPABLE } from './options/text';

/** What a {@link CachePlugin} is given. Unknown options throw, and the error names the nearest valid one. */
export interface CachePluginOptions {
  /**
   * Where results live: `sqlite:path` (one host, many processes), `postgres://user:password@host/database` (many hosts), `memory:` (this
   * process), any `Keyv` (its {@link KeyvStore} says what holds there; one whose adapter is a store is that store), or a {@link CacheStore}.
   * Default: the environment variable `ACTIVITY_CACHE_STORE`, else `sqlite:.activity-cache/cache.db` beside the nearest package.json.
   */
  store?: string | AnyKeyv | CacheStore;
  /** Flyte's project and domain, e.g. `'fraud/production'`: caches of different scopes never meet. Default `''`. */
  scope?: string;
  /** Fields that hold where nothing else is said. Caches nothing by itself. */
  defaults?: CacheShorthand;
  /** By Activity type: goes before what `cached` says, and caches Activities that are not wrapped. */
  activities?: Readonly<Record<string, CacheShorthand>>;
  /** Names of headers that belong in every key: tenant, user. Default: none. */
  vary?: readonly string[];
  /** `false`: every Activity runs, the store is not touched. Default `true`; `ACTIVITY_CACHE=off` (also `false`, `0`, `no`, `disabled`) in the environment wins. */
  enabled?: boolean;
  /**
   * `'read'`: this process reads the cache and never writes: what ran is `unstored`, reason `readonly`, calls do not wait for one another, and
   * `invalidate` and `prune` are refused. SELECT is right enough on a database, a file may be read-only. Default `'read-write'`;
   * `ACTIVITY_CACHE=readonly` in the environment wins.
   */
  access?: 'read-write' | 'read';
  /**
   * `'run'` (default): when the store cannot be read, the Activity runs. `'fail'`: the attempt fails with a retryable
   * `CacheStoreError`. A computed answer is never thrown away.
   */
  onStoreError?: 'run' | 'fail';
  /** How long a call waits for the store, before and again after it runs. Default `'2 seconds'`. More than 0. */
  storeTimeout?: Duration;
  /** Larger results are not stored; bytes after the codecs. Default 2,080,000, just under what Temporal takes. */
  maxValueBytes?: number;
  /**
   * For `serialize`. `lease` (default `'30 seconds'`): how old the sign of life of a holder's process may be before another caller takes its
   * turn. `taskQueue`: where reservations are worked on; default one of the store's own. `false`: none, every call runs.
   */
  reservations?: ReservationOptions | false;
  /** Turns every digest into an HMAC: without it nobody can tell a guessed input from its digest. Another secret is another cache. */
  secret?: string;
}

/** How calls with `serialize` find out whose turn it is. */
export interface ReservationOptions {
  /**
   * How old the last sign of life of a holder's process may be before another caller takes its
   * turn. Default `'30 seconds'`. At least 1 second.
   */
  lease?: Duration;
  /** The task queue on which reservations are worked on. Default: a queue of the store's own. */
  taskQueue?: string;
}

export interface ResolvedOptions {
  store: CacheStore;
  /** By which another thread opens the same store; undefined where it cannot. */
  storeSource: StoreHandle | undefined;
  /** Undefined where there are to be none. */
  reservations: { leaseMs: number; taskQueue: string | undefined } | undefined;
  scope: string;
  defaults: CacheLayer | undefined;
  activities: ReadonlyMap<string, CacheLayer>;
  vary: readonly string[];
  off: boolean;
  /** `store` refuses to write. */
  readsOnly: boolean;
  failsOnStoreError: boolean;
  storeTimeoutMs: number;
  maxValueBytes: number;
  secret: string | undefined;
}

const FIELDS = [
  'store',
  'scope',
  'defaults',
  'activities',
  'vary',
  'enabled',
  'access',
  'onStoreError',
  'storeTimeout',
  'maxValueBytes',
  'secret',
  'reservations',
] as const satisfies readonly (keyof CachePluginOptions)[];

const DEFAULT_MAX_VALUE_BYTES = 2_080_000;
const MAX_SCOPE_LENGTH = 500;

/** @throws {CacheOptionsError} naming the option, and for an unknown one the nearest valid name */
export function resolveOptions(given: CachePluginOptions, environment: NodeJS.ProcessEnv): ResolvedOptions {
  rejectUnknown(given, FIELDS, 'CachePlugin');
  const check = (valid: boolean, problem: string): void => {
    if (!valid) throw new CacheOptionsError(`CachePlugin: ${problem}`);
  };
  const {
    scope = '',
    vary = [],
    enabled = true,
    access = 'read-write',
    onStoreError = 'run',
    secret,
  } = given;
  const { maxValueBytes = DEFAULT_MAX_VALUE_BYTES, activities = {} } = given;
  check(
    typeof scope === 'string' && scope.length <= MAX_SCOPE_LENGTH,
    `scope must be a text of at most 500 characters`,
  );
  check(isKeepable(scope), `scope must be ${KEEPABLE}`);
  check(
    Array.isArray(vary) && vary.every((name) => typeof name === 'string'),
    'vary must be a list of header names',
  );
  check(typeof enabled === 'boolean', 'enabled must be true or false');
  check(['read-write', 'read'].includes(access), `access must be 'read-write' or 'read'`);
  check(['run', 'fail'].includes(onStoreError), `onStoreError must be 'run' or 'fail'`);
  check(
    Number.isFinite(maxValueBytes) && maxValueBytes >= 0,
    'maxValueBytes must be a number of bytes, 0 or more',
  );
  check(
    secret === undefined || (typeof secret === 'string' && secret !== ''),
    `secret must be a text, not ''`,
  );
  check(
    typeof activities === 'object' && activities !== null,
    'activities must map Activity types to cache options',
  );
  const reservations = toReservations(given.reservations);
  const layers = Object.entries(activities).map(([type, options]) => {
    check(isKeepable(type), `the type activities[${JSON.stringify(type)}] must be ${KEEPABLE}`);
    return [type, toLayer(options, `CachePlugin activities['${type}']`)] as const;
  });
  const named = given.store ?? environment.ACTIVITY_CACHE_STORE;
  const said = readVariable(environment.ACTIVITY_CACHE);
  const readsOnly = access === 'read' || said === 'readonly';
  const opened = openStore(named);
  const store = readsOnly ? new ReadOnlyStore(opened) : opened;
  return {
    store,
    storeSource: handleOf(named, opened),
    scope,
    defaults: given.defaults === undefined ? undefined : toLayer(given.defaults, 'CachePlugin defaults'),
    activities: new Map(layers),
    vary: [...vary],
    off: !enabled || said === 'off',
    readsOnly,
    failsOnStoreError: onStoreError === 'fail',
    storeTimeoutMs: toTimeoutMs(given.storeTimeout ?? '2 seconds', 'storeTimeout'),
    reservations: readsOnly ? undefined : reservations,
    maxValueBytes,
    secret,
  };
}

const OFF = ['off', 'false', '0', 'no', 'disabled'];
const ON = ['on', 'true', '1', ''];

/** @throws {CacheOptionsError} for a value that means nothing: a cache must not be believed off when it is not */
function readVariable(value = ''): 'off' | 'readonly' | undefined {
  const lowered = value.trim().toLowerCase();
  if (OFF.includes(lowered)) return 'off';
  if (lowered === 'readonly') return lowered;
  if (ON.includes(lowered)) return undefined;
  throw new CacheOptionsError(
    `ACTIVITY_CACHE=${inspect(value)} is none of ${OFF.join(', ')} (nothing is cached), readonly (nothing is written), on, true, 1 (as the code says)`,
  );
}

const MIN_LEASE_MS = 1_000;

function toReservations(given: CachePluginOptions['reservations'] = {}): ResolvedOptions['reservations'] {
  if (given === false) return undefined;
  if (typeof given !== 'object' || given === null)
    throw new CacheOptionsError('CachePlugin: reservations must be { lease, taskQueue } or false');
  rejectUnknown(given, ['lease', 'taskQueue'], 'CachePlugin reservations');
  // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- ms, behind Duration, has no types under node16 resolution
  const { lease = '30 seconds', taskQueue } = given;
  if (taskQueue !== undefined && (typeof taskQueue !== 'string' || taskQueue === ''))
    throw new CacheOptionsError('CachePlugin: reservations.taskQueue must be a name');
  const leaseMs = toTimeoutMs(lease, 'reservations.lease');
  if (leaseMs < MIN_LEASE_MS)
    throw new CacheOptionsError('CachePlugin: reservations.lease must be at least 1 second');
  return { leaseMs, taskQueue };
}

function toTimeoutMs(timeout: Duration, name: string): number {
  let ms = NaN;
  try {
    ms = msToNumber(timeout);
  } catch {
    // not a duration: said below
  }
  if (ms > 0) return ms;
  throw new CacheOptionsError(
    `CachePlugin: ${name} must be a duration above 0, like '2 seconds' or milliseconds`,
  );
}
