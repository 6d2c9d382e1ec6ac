/** What a user may say about caching an Activity. */
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

/** An Activity whose arguments and result are not known. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- arguments and result of any Activity
export type AnyActivity = (...args: any[]) => any;

/** What can be wrapped. As a constraint it gives a parameter no type that the function does not give it: `n = 3` stays a number. */
export type Wrappable = (...args: never[]) => unknown;

/** The arguments of an Activity; `any` for an Activity that is not known, as in a plugin's options. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as said
export type ArgumentsOf<F extends Wrappable> = never[] extends Parameters<F> ? any : Parameters<F>;

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
