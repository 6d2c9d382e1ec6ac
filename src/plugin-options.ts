/** The options of the plugin, checked and resolved once. */
import { inspect } from 'node:util';
import { type Duration, msToNumber } from '@temporalio/common';
import { CacheOptionsError } from './errors';
import type { CacheLayer, CacheOptions, CacheShorthand } from './options/cache-options';
import { FIELDS as LAYER_FIELDS, toLayer } from './options/layer';
import { rejectUnknown } from './options/check';
import { handleOf, type StoreHandle } from './store/store-handle';
import type { AnyKeyv } from './store/keyv/any-keyv';
import { openStore } from './store/open';
import { ReadOnlyStore } from './store/read-only';
import type { CacheStore } from './store/store';
import { isKeepable, KEEPABLE } from './options/text';

/**
 * The options of a {@link CachePlugin}. Unknown options throw an error that names the nearest valid
 * one.
 */
export interface CachePluginOptions {
  /**
   * Where results are stored: `sqlite:path` (one host, many processes),
   * `postgres://user:password@host/database` (many hosts), `memory:` (this process), any `Keyv`
   * ({@link KeyvStore} describes what it guarantees, and an adapter that is a store itself is used
   * as that store), or a {@link CacheStore}. Default: the environment variable
   * `ACTIVITY_CACHE_STORE`, else `sqlite:.activity-cache/cache.db` beside the nearest package.json.
   */
  store?: string | AnyKeyv | CacheStore;
  /**
   * Like Flyte's project and domain, for example `'fraud/production'`: different scopes share no
   * entries. Default: `''`.
   */
  scope?: string;
  /** Defaults for options that are not set elsewhere. They cache nothing by themselves. */
  defaults?: CacheShorthand;
  /**
   * Options by Activity type. They take precedence over `cached`, and also cache Activities that
   * are not wrapped.
   */
  activities?: Readonly<Record<string, CacheShorthand>>;
  /**
   * Functions for whole Workflows, by Workflow type. They run on the host, where files and networks
   * can be reached. `hitIf` is asked before the stored result of a Workflow or child is returned.
   * They cache nothing by themselves.
   */
  workflows?: Readonly<Record<string, WorkflowFunctions>>;
  /** The names of headers that are part of every key, such as a tenant or user. Default: none. */
  vary?: readonly string[];
  /**
   * `false`: every Activity runs, and the store is not used. Default: `true`. `ACTIVITY_CACHE=off`
   * (or `false`, `0`, `no`, `disabled`) in the environment takes precedence.
   */
  enabled?: boolean;
  /**
   * `'read'`: this process reads the cache and never writes. Results of calls that ran are
   * `unstored`, with the reason `readonly`, calls do not wait for one another, and `invalidate` and
   * `prune` throw. A database user needs only SELECT, and a file may be read-only. Default:
   * `'read-write'`. `ACTIVITY_CACHE=readonly` in the environment takes precedence.
   */
  access?: 'read-write' | 'read';
  /**
   * `'run'` (default): if the store cannot be read, the Activity runs. `'fail'`: the attempt fails
   * with a retryable `CacheStoreError`. A computed result is never discarded.
   */
  onStoreError?: 'run' | 'fail';
  /**
   * The timeout of the store, before a call runs and again afterwards. Default: `'2 seconds'`. More
   * than 0.
   */
  storeTimeout?: Duration;
  /**
   * The maximum size of a stored result, in bytes after the codecs. Default: 2,080,000, just under
   * Temporal's limit.
   */
  maxValueBytes?: number;
  /**
   * The reservations for `serialize`. `lease`: how old the lease of a holder's process may be
   * before another caller takes its turn (default `'30 seconds'`). `taskQueue`: where reservations
   * are processed (default: a queue of the store's own). `false`: no reservations, every call runs.
   */
  reservations?: ReservationOptions | false;
  /**
   * `false`: the current details of Workflows, as Temporal's UI shows them, say nothing about the
   * cache. A prebuilt bundle is made by the plugin that is given to the bundler, so that plugin
   * decides. Default: `true`.
   */
  details?: boolean;
  /**
   * Turns every digest into an HMAC. Without the secret a guessed input cannot be compared with its
   * digest. Another secret is another cache.
   */
  secret?: string;
}

/** The functions for one type of Workflow that run on the host. */
export interface WorkflowFunctions {
  /**
   * Called with a stored result, as the data converter decodes it, before it is returned. Return
   * `false` if it does not count any more, for example because the file that it names is gone: then
   * the Workflow runs, and its result replaces the stored one. Default: a stored result counts.
   */
  hitIf?: CacheOptions['hitIf'];
}

/** How calls with `serialize` wait for their turns. */
export interface ReservationOptions {
  /**
   * How old the lease of a holder's process may be before another caller takes its turn. Default:
   * `'30 seconds'`. At least 1 second.
   */
  lease?: Duration;
  /** The task queue on which reservations are processed. Default: a queue of the store's own. */
  taskQueue?: string;
}

export interface ResolvedOptions {
  store: CacheStore;
  /** How another thread opens the same store. Undefined if it cannot. */
  storeSource: StoreHandle | undefined;
  /** Undefined if reservations are turned off. */
  reservations: { leaseMs: number; taskQueue: string | undefined } | undefined;
  scope: string;
  defaults: CacheLayer | undefined;
  activities: ReadonlyMap<string, CacheLayer>;
  workflows: ReadonlyMap<string, Pick<CacheLayer, 'hitIf'>>;
  vary: readonly string[];
  off: boolean;
  /** Whether `store` rejects writes. */
  readsOnly: boolean;
  failsOnStoreError: boolean;
  storeTimeoutMs: number;
  maxValueBytes: number;
  secret: string | undefined;
  details: boolean;
}

const FIELDS = [
  'store',
  'scope',
  'defaults',
  'activities',
  'workflows',
  'vary',
  'enabled',
  'access',
  'onStoreError',
  'storeTimeout',
  'maxValueBytes',
  'secret',
  'reservations',
  'details',
] as const satisfies readonly (keyof CachePluginOptions)[];

const DEFAULT_MAX_VALUE_BYTES = 2_080_000;
const MAX_SCOPE_LENGTH = 500;

/**
 * @throws {CacheOptionsError} naming the option, and for an unknown option the nearest valid name
 */
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
    details = true,
    secret,
  } = given;
  const { maxValueBytes = DEFAULT_MAX_VALUE_BYTES, activities = {} } = given;
  check(
    typeof scope === 'string' && scope.length <= MAX_SCOPE_LENGTH,
    `scope must be a text of at most 500 characters`,
  );
  check(isKeepable(scope), `scope must be ${KEEPABLE}`);
  check(
    Array.isArray(vary) && vary.every((name) => typeof name === 'string' && name !== ''),
    'vary must be a list of header names',
  );
  check(typeof enabled === 'boolean', 'enabled must be true or false');
  check(typeof details === 'boolean', 'details must be true or false');
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
  const storeTimeoutMs = toTimeoutMs(given.storeTimeout ?? '2 seconds', 'storeTimeout');
  const opened = openStore(named, storeTimeoutMs);
  const store = readsOnly ? new ReadOnlyStore(opened) : opened;
  return {
    store,
    storeSource: handleOf(opened),
    scope,
    defaults: given.defaults === undefined ? undefined : toLayer(given.defaults, 'CachePlugin defaults'),
    activities: new Map(layers),
    workflows: toWorkflows(given.workflows),
    vary: [...vary],
    off: !enabled || said === 'off',
    readsOnly,
    failsOnStoreError: onStoreError === 'fail',
    storeTimeoutMs,
    reservations: readsOnly ? undefined : reservations,
    maxValueBytes,
    secret,
    details,
  };
}

const OFF = ['off', 'false', '0', 'no', 'disabled'];
const ON = ['on', 'true', '1', ''];

/**
 * @throws {CacheOptionsError} for an unknown value. The cache must not stay on when the user
 *   believes it is off.
 */
function readVariable(value = ''): 'off' | 'readonly' | undefined {
  const lowered = value.trim().toLowerCase();
  if (OFF.includes(lowered)) return 'off';
  if (lowered === 'readonly') return lowered;
  if (ON.includes(lowered)) return undefined;
  throw new CacheOptionsError(
    `ACTIVITY_CACHE=${inspect(value)} is not one of ${OFF.join(', ')} (nothing is cached), readonly (nothing is written), on, true, 1 (as configured in the code)`,
  );
}

function toWorkflows(given: CachePluginOptions['workflows'] = {}): ResolvedOptions['workflows'] {
  if (typeof given !== 'object' || given === null)
    throw new CacheOptionsError('CachePlugin: workflows must map Workflow types to { hitIf }');
  const layers = Object.entries(given).map(([type, functions]) => {
    const where = `CachePlugin workflows['${type}']`;
    const other = Object.keys(functions ?? {}).find((name) =>
      (LAYER_FIELDS as readonly string[]).includes(name),
    );
    if (other !== undefined && other !== 'hitIf')
      throw new CacheOptionsError(`${where}: '${other}' belongs in cachedWorkflow, in the Workflow's code`);
    rejectUnknown(functions, ['hitIf'], where);
    return [type, toLayer(functions, where)] as const;
  });
  return new Map(layers.filter(([, { hitIf }]) => hitIf !== undefined));
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
    // An invalid duration is reported below.
  }
  if (ms > 0) return ms;
  throw new CacheOptionsError(
    `CachePlugin: ${name} must be a duration above 0, like '2 seconds' or milliseconds`,
  );
}
