/** What a user may say about caching an Activity, and the check of it. */
import type { Info } from '@temporalio/activity';
import type { Duration, Headers } from '@temporalio/common';
import { msToNumber } from '@temporalio/common/lib/time';
import { CacheOptionsError } from '../errors';
import { isKeepable, KEEPABLE } from './text';
import type { CachePolicy } from './version-policy';
import { displacedProblem } from './displaced';
import { tagsProblem } from './tags';
import { rejectUnknown } from './check';

export type CacheBehavior = 'auto' | 'override' | 'disable';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- arguments and result of any Activity
export type AnyActivity = (...args: any[]) => any;

/** What can be wrapped. As a constraint it gives a parameter no type that the function does not give it: `n = 3` stays a number. */
export type Wrappable = (...args: never[]) => unknown;

/** Of an Activity that is not known, as in the options of a plugin, anything. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as said
type ArgumentsOf<F extends Wrappable> = never[] extends Parameters<F> ? any : Parameters<F>;

/**
 * Options beside the function whose arguments and result their callbacks get. TypeScript asks for them before it knows a function
 * without a type for each parameter (`n = 3`; before 7.0, any `function` expression): then `A` and `R` have their defaults, and callbacks get `any`.
 */
export type InferredFrom<A extends unknown[], R> = (...args: NoInfer<A>) => NoInfer<R>;

/**
 * How calls of one Activity are cached. Where a field comes from several layers (`CachePluginOptions.activities`,
 * `cached`, `cachedAll`, `CachePluginOptions.defaults`, in this order of precedence), fields merge one by one.
 */
export interface CacheOptions<F extends Wrappable = AnyActivity> {
  /**
   * `'auto'`: the version comes from `policies`. `'override'`: it is `version`. `'disable'`: never read, never written.
   * Default: `'override'` when `version` is given, else `'auto'`.
   */
  behavior?: CacheBehavior;
  /** Another version is another entry. A constant means that only the inputs matter. Not `''`, and not with `'auto'`. */
  version?: string;
  /** Separates key spaces of the same code, in every behaviour. Default `''`. */
  salt?: string;
  /** Parameter names, indexes or dotted paths (`'opts.traceId'`, `'1.traceId'`) left out of the key. */
  ignoredInputs?: string | number | readonly (string | number)[];
  /** The parameter names, where the code is minified and they cannot be read from it. Default: read from the function. */
  parameters?: readonly string[];
  /** By parameter name, index or path: the text that stands for the value in the key. Not asked for `undefined`. (Union: `HashMethod`.) */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a path of any argument
  hashInputs?: Readonly<Record<string, (value: any) => string>>;
  /** Replaces the inputs part of the key by what it returns, or resolves to: anything but undefined. (Prefect: `cache_key_fn`.) */
  key?: (call: CacheKeyCall) => unknown;
  /** One or several policies that together make the automatic version. Default `[functionBody()]`. */
  policies?: CachePolicy | readonly CachePolicy[];
  /** Added to the signature part of the key, beside the parameter list and the declared TypeInfo. Default `''`. */
  signature?: string;
  /**
   * Age at which an entry no longer counts, by the reader's own `ttl`, on the store's clock, from the start of the execution that
   * made it. Default: never. More than 0.
   */
  ttl?: Duration;
  /**
   * Words by which entries are invalidated in bulk, or a function that finds them from the arguments. At most 100 of at most 200
   * characters. Default: none.
   */
  tags?: readonly string[] | ((args: ArgumentsOf<F>) => readonly string[]);
  /**
   * One execution per key at a time: others wait for it and take its result. `true`, or `{ waitTimeout }`: how long a call waits before it runs
   * without its turn; default as long as its own timeouts allow. Default `false`.
   */
  serialize?: boolean | { waitTimeout?: Duration };
  /** `false` = do not store this result. Default: always store. */
  cacheIf?: (result: Awaited<ReturnType<F>>, args: ArgumentsOf<F>) => boolean | Promise<boolean>;
}

/** What a `key` function may look at. `args` are those of the Activity; headers are raw Payloads. */
export interface CacheKeyCall {
  activityType: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- arguments of any Activity
  args: any[];
  headers: Headers;
  info: Info;
}

/** `true` = `'auto'`, `false` = `'disable'`, and the behaviour's name alone. */
export type CacheShorthand<F extends Wrappable = AnyActivity> = CacheOptions<F> | CacheBehavior | boolean;

/** One layer of options, checked: shorthands written out, `behavior` set wherever `version` is. */
export type CacheLayer = Omit<CacheOptions, 'ttl' | 'policies' | 'ignoredInputs' | 'serialize'> & {
  ttlMs?: number;
  serialize?: false | { waitTimeoutMs?: number };
  policies?: readonly CachePolicy[];
  ignoredInputs?: readonly string[];
};

export const FIELDS = [
  'behavior',
  'version',
  'salt',
  'ignoredInputs',
  'parameters',
  'hashInputs',
  'key',
  'policies',
  'signature',
  'ttl',
  'tags',
  'serialize',
  'cacheIf',
] as const satisfies readonly (keyof CacheOptions)[];

/** What Flyte, Union and Prefect call these fields. */
export const OTHER_SPELLINGS: Record<string, string> = {
  cache: 'behavior',
  enabled: 'behavior',
  cache_version: 'version',
  version_override: 'version',
  ignored_inputs: 'ignoredInputs',
  cache_ignore_input_vars: 'ignoredInputs',
  hash_method: 'hashInputs',
  cache_key_fn: 'key',
  cache_policy: 'policies',
  cache_expiration: 'ttl',
  expiration: 'ttl',
  tag: 'tags',
  cache_serialize: 'serialize',
  serialized: 'serialize',
};

/**
 * Checks one layer.
 * @param where - names the layer in messages, e.g. `cached('trainModel')`
 * @throws {CacheOptionsError} naming the field and, where it is unknown, the nearest valid one
 */
export function toLayer(given: CacheShorthand, where: string): CacheLayer {
  const fail = (problem: string): never => {
    throw new CacheOptionsError(`${where}: ${problem}`);
  };
  if (given === true) return { behavior: 'auto' };
  if (given === false) return { behavior: 'disable' };
  if (typeof given === 'string') given = { behavior: given };
  if (typeof given !== 'object' || given === null)
    fail(`cache options must be an object, a behaviour or a boolean, and come first: cached('auto', fn)`);
  rejectUnknown(given, FIELDS, where, OTHER_SPELLINGS);

  // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- ms, behind Duration, has no types under node16 resolution
  const { ttl, policies, ignoredInputs, serialize, ...layer } = given;
  const { behavior, version } = given;
  if (behavior !== undefined && !['auto', 'override', 'disable'].includes(behavior)) {
    fail(`behavior ${JSON.stringify(behavior)} is not one of 'auto', 'override', 'disable' (or true, false)`);
  }
  if (version !== undefined && (typeof version !== 'string' || version === ''))
    fail(`version must be a text like '2', not empty`);
  if (version !== undefined && !isKeepable(version)) fail(`version must be ${KEEPABLE}`);
  if (behavior === 'auto' && version !== undefined)
    fail(`'version' fixes what behavior 'auto' computes: give one of them`);
  if (behavior === 'override' && version === undefined) fail(`behavior 'override' needs a 'version'`);
  for (const field of ['salt', 'signature'] as const) {
    if (given[field] !== undefined && typeof given[field] !== 'string') fail(`${field} must be a text`);
  }
  for (const field of ['key', 'cacheIf'] as const) {
    if (given[field] !== undefined && typeof given[field] !== 'function') fail(`${field} must be a function`);
  }
  if (given.tags !== undefined && typeof given.tags !== 'function') {
    const problem = tagsProblem(given.tags);
    if (problem !== undefined) fail(problem);
  }
  const names = given.parameters;
  if (names !== undefined && !(Array.isArray(names) && names.every((name) => typeof name === 'string'))) {
    fail(`parameters must be a list of names`);
  }
  const hashes = given.hashInputs;
  if (hashes !== undefined && !(isObject(hashes) && Object.values(hashes).every(isFunction))) {
    fail(`hashInputs must give a function for each name or path`);
  }
  const inputs = ignoredInputs === undefined ? undefined : [ignoredInputs].flat();
  if (inputs !== undefined && !inputs.every(isInputName)) {
    fail(`ignoredInputs must be parameter names, indexes or dotted paths`);
  }
  const list = policies === undefined ? undefined : [policies].flat();
  if (list !== undefined && (list.length === 0 || !list.every(isPolicy))) {
    fail(`policies must be one or more of { name, getVersion(salt, parameters) }`);
  }
  const checked: CacheLayer = {
    ...layer,
    ...(version !== undefined && behavior === undefined && { behavior: 'override' }),
    ...(ttl !== undefined && { ttlMs: toTtlMs(ttl, where) }),
    ...(serialize !== undefined && { serialize: toSerialize(serialize, where) }),
    ...(list !== undefined && { policies: list }),
    ...(inputs !== undefined && { ignoredInputs: inputs.map(String) }),
  };
  const problem = displacedProblem([checked], checked.behavior);
  if (problem !== undefined) fail(problem);
  return checked;
}

/**
 * What a `cacheIf` function answered.
 * @throws {TypeError} when it answered nothing: where a `return` was forgotten, nobody said that the result may be stored
 */
export function saidWhether(answer: boolean | undefined): boolean {
  if (answer === undefined) throw new TypeError(`'cacheIf' returned undefined`);
  return answer;
}

function toSerialize(given: unknown, where: string): Exclude<CacheLayer['serialize'], undefined> {
  if (given === false) return false;
  if (given === true) return {};
  if (typeof given !== 'object' || given === null)
    throw new CacheOptionsError(`${where}: serialize must be true, false or { waitTimeout }`);
  rejectUnknown(given, ['waitTimeout'], `${where}: serialize`);
  const { waitTimeout } = given as { waitTimeout?: unknown };
  return waitTimeout === undefined ? {} : { waitTimeoutMs: toMs(waitTimeout, where, 'waitTimeout') };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isFunction = (value: unknown): boolean => typeof value === 'function';
const isInputName = (value: unknown): boolean =>
  typeof value === 'string' || (Number.isSafeInteger(value) && (value as number) >= 0);

function isPolicy(value: unknown): value is CachePolicy {
  const policy = value as Partial<CachePolicy> | null | undefined;
  return typeof policy?.name === 'string' && typeof policy.getVersion === 'function';
}

/**
 * A duration that an entry may live, in milliseconds.
 * @throws {CacheOptionsError} when it is not a Duration, or not more than 0
 */
export function toTtlMs(ttl: Duration, where: string): number {
  return toMs(ttl, where, 'ttl', "; to cache nothing, use 'disable'");
}

function toMs(duration: unknown, where: string, name: string, advice = ''): number {
  let ms: number;
  try {
    ms = msToNumber(duration as Duration);
  } catch (cause) {
    throw new CacheOptionsError(
      `${where}: ${name} ${JSON.stringify(duration)} is not a duration like '30 days' or milliseconds`,
      { cause },
    );
  }
  if (!(ms > 0)) throw new CacheOptionsError(`${where}: ${name} must be more than 0${advice}`);
  return ms;
}
