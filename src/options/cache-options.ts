/** The options for caching an Activity. */
import type { Info } from '@temporalio/activity';
import type { Duration, Headers } from '@temporalio/common';
import type { CachePolicy } from './version-policy';

/**
 * Where the version of a cached call comes from.
 *
 * - `'auto'`: the version is computed by the `policies`.
 * - `'override'`: the version is the text in `version`.
 * - `'disable'`: the call is never read from the cache and never written to it.
 */
export type CacheBehavior = 'auto' | 'override' | 'disable';

/** An Activity whose arguments and result types are not known. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- arguments and result of any Activity
export type AnyActivity = (...args: any[]) => any;

/**
 * A function that can be wrapped. As a constraint it does not change the types of parameters:
 * `n = 3` stays a number.
 */
export type Wrappable = (...args: never[]) => unknown;

/** The arguments of an Activity. `any` for an unknown Activity, as in a plugin's options. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- arguments of any Activity
export type ArgumentsOf<F extends Wrappable> = never[] extends Parameters<F> ? any : Parameters<F>;

/**
 * Types options beside the function whose arguments and result their callbacks get. TypeScript
 * resolves the options before it knows a function that has a parameter without a type (`n = 3`, or
 * before 7.0 any `function` expression). Then `A` and `R` have their defaults, and callbacks get
 * `any`.
 */
export type InferredFrom<A extends unknown[], R> = (...args: NoInfer<A>) => NoInfer<R>;

/**
 * How calls of one Activity are cached. If several layers set a field, the first of these takes
 * precedence: `CachePluginOptions.activities`, `cached`, `cachedAll`,
 * `CachePluginOptions.defaults`. Fields merge one by one.
 */
export interface CacheOptions<F extends Wrappable = AnyActivity> {
  /**
   * `'auto'`: the version comes from `policies`. `'override'`: the version is `version`.
   * `'disable'`: the call is never read and never written. Default: `'override'` if `version` is
   * given, else `'auto'`.
   */
  behavior?: CacheBehavior;
  /**
   * The version. Another version is another entry. A constant means that only the inputs matter. It
   * must not be `''`, and cannot be used with `'auto'`.
   */
  version?: string;
  /** Separates key spaces of the same code, with every behavior. Default: `''`. */
  salt?: string;
  /**
   * Parameter names, indexes or dotted paths (`'opts.traceId'`, `'1.traceId'`) that are left out of
   * the key.
   */
  ignoredInputs?: string | number | readonly (string | number)[];
  /**
   * The parameter names, if the code is minified and they cannot be read from it. Default: read
   * from the function.
   */
  parameters?: readonly string[];
  /**
   * Functions by parameter name, index or path. Each returns the text that replaces the value in
   * the key. Not called for `undefined`. (Union: `HashMethod`.)
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a path of any argument
  hashInputs?: Readonly<Record<string, (value: any) => string>>;
  /**
   * Replaces the inputs part of the key by the value that it returns or resolves to, which must not
   * be undefined. (Prefect: `cache_key_fn`.)
   */
  key?: (call: CacheKeyCall) => unknown;
  /**
   * One or more policies that together compute the automatic version. Default: `[reachableCode()]`.
   */
  policies?: CachePolicy | readonly CachePolicy[];
  /**
   * Added to the signature part of the key, beside the parameter list and the declared TypeInfo.
   * Default: `''`.
   */
  signature?: string;
  /**
   * The age at which an entry no longer counts. It is measured on the store's clock, from the start
   * of the execution that made the entry. The reader's own `ttl` applies. Default: never. More than
   * 0.
   */
  ttl?: Duration;
  /**
   * Tags by which entries are invalidated in bulk, or a function that computes them from the
   * arguments. At most 100 tags of at most 200 characters. Default: none.
   */
  tags?: readonly string[] | ((args: ArgumentsOf<F>) => readonly string[]);
  /**
   * One execution per key at a time: other calls wait for it and take its result. `true`, or
   * `{ waitTimeout }`: how long a call waits before it runs without its turn. By default it waits
   * as long as its own timeouts allow. Default: `false`.
   */
  serialize?: boolean | { waitTimeout?: Duration };
  /** Return `false` to not store this result. Default: always store. */
  cacheIf?: (result: Awaited<ReturnType<F>>, args: ArgumentsOf<F>) => boolean | Promise<boolean>;
  /**
   * Called with a stored result before it is returned. Return `false` if it does not count any
   * more, for example because the file that it names is gone: then the Activity runs, and its
   * result replaces the stored one. Runs on Workers that have the Activity. Default: a stored
   * result counts.
   */
  hitIf?: (result: Awaited<ReturnType<F>>, args: ArgumentsOf<F>) => boolean | Promise<boolean>;
}

/** The input of a `key` function. `args` are those of the Activity. Headers are raw Payloads. */
export interface CacheKeyCall {
  activityType: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- arguments of any Activity
  args: any[];
  headers: Headers;
  info: Info;
}

/** `true` = `'auto'`, `false` = `'disable'`, or the name of a behavior alone. */
export type CacheShorthand<F extends Wrappable = AnyActivity> = CacheOptions<F> | CacheBehavior | boolean;

/**
 * One layer of options, checked. Shorthands are expanded, and `behavior` is set wherever `version`
 * is.
 */
export type CacheLayer = Omit<CacheOptions, 'ttl' | 'policies' | 'ignoredInputs' | 'serialize'> & {
  ttlMs?: number;
  serialize?: false | { waitTimeoutMs?: number };
  policies?: readonly CachePolicy[];
  ignoredInputs?: readonly string[];
};
