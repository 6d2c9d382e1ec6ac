/** Checks the options for caching an Activity. */
import { type Duration, msToNumber } from '@temporalio/common';
import { CacheOptionsError } from '../errors';
import type { CacheLayer, CacheOptions, CacheShorthand } from './cache-options';
import { rejectUnknown } from './check';
import { displacedProblem } from './displaced';
import { tagsProblem } from './tags';
import { isKeepable, KEEPABLE } from './text';
import type { CachePolicy } from './version-policy';

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
  'hitIf',
] as const satisfies readonly (keyof CacheOptions)[];

/** The names of these fields in Flyte, Union and Prefect. */
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
 * @param where - names the layer in messages, for example `cached('trainModel')`
 * @throws {CacheOptionsError} naming the field, and for an unknown field the nearest valid one
 */
export function toLayer(given: CacheShorthand, where: string): CacheLayer {
  const fail = (problem: string): never => {
    throw new CacheOptionsError(`${where}: ${problem}`);
  };
  if (given === true) return { behavior: 'auto' };
  if (given === false) return { behavior: 'disable' };
  if (typeof given === 'string') given = { behavior: given };
  if (typeof given !== 'object' || given === null)
    fail(`cache options must be an object, a behavior or a boolean, and come first: cached('auto', fn)`);
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
    fail(`'version' replaces the version that behavior 'auto' computes: give only one of them`);
  if (behavior === 'override' && version === undefined) fail(`behavior 'override' needs a 'version'`);
  for (const field of ['salt', 'signature'] as const) {
    if (given[field] !== undefined && typeof given[field] !== 'string') fail(`${field} must be a text`);
  }
  for (const field of ['key', 'cacheIf', 'hitIf'] as const) {
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
 * Checks the answer of a `cacheIf` or `hitIf` function.
 * @throws {TypeError} if it returned nothing. A forgotten `return` permits nothing.
 */
export function saidWhether(answer: boolean | undefined, asked: 'cacheIf' | 'hitIf' = 'cacheIf'): boolean {
  if (answer === undefined) throw new TypeError(`'${asked}' returned undefined`);
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
  (typeof value === 'string' && (value === '' || !value.split('.').includes(''))) ||
  (Number.isSafeInteger(value) && (value as number) >= 0);

function isPolicy(value: unknown): value is CachePolicy {
  const policy = value as Partial<CachePolicy> | null | undefined;
  return typeof policy?.name === 'string' && typeof policy.getVersion === 'function';
}

/**
 * A duration that an entry may live, in milliseconds.
 * @throws {CacheOptionsError} if it is not a Duration, or not more than 0
 */
export function toTtlMs(ttl: Duration, where: string): number {
  return toMs(ttl, where, 'ttl', ". To cache nothing, use 'disable'");
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
