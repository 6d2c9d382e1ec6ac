/**
 * What a call says of its own caching, as it travels: data only, so that the Workflow's half and the Activity's half see the same.
 * Imported by the host and by Workflow code.
 */
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { CacheOptionsError } from '../errors';
import { type Asked, isAsked } from '../wire/asked';
import type { CacheBehavior, CacheLayer, CacheOptions } from './cache-options';
import { OTHER_SPELLINGS, toLayer } from './layer';
import { writeJson } from '../wire/headers';
import { rejectUnknown } from './check';

/** The fields of {@link CacheOptions} that hold no functions. */
export type CallSiteOptions = Pick<
  CacheOptions,
  'behavior' | 'version' | 'salt' | 'ignoredInputs' | 'serialize' | 'ttl'
> & {
  tags?: readonly string[];
};

/** `true`: look the call up in the Workflow, as its Activity is declared. `false`: as `'disable'`. */
export type CallSite = CallSiteOptions | CacheBehavior | boolean;

export const CALL_SITE_FIELDS = [
  'behavior',
  'version',
  'salt',
  'ignoredInputs',
  'serialize',
  'ttl',
  'tags',
] as const satisfies readonly (keyof CallSiteOptions)[];

/**
 * Checks the option `cache` of a call; what it overrides.
 * @returns undefined for `true`, which overrides nothing
 * @throws {CacheOptionsError} naming the field, and for an unknown one the nearest valid name
 */
export function toCallSiteLayer(given: unknown, where: string): CacheLayer | undefined {
  if (given === true) return undefined;
  if (typeof given === 'object' && given !== null) {
    if ('mode' in given)
      throw new CacheOptionsError(`${where}: a 'mode' is given to a run, where it is started, not to a call`);
    rejectUnknown(given, CALL_SITE_FIELDS, where, OTHER_SPELLINGS);
    if (typeof (given as CacheOptions).tags === 'function')
      throw new CacheOptionsError(`${where}: tags must be a list: a call carries data only`);
  }
  return toLayer(given as CallSiteOptions, where);
}

export interface TravellingCall {
  /** As given at the call site. */
  cache?: unknown;
  /** It was looked up in the Workflow, and this is what it knew then. */
  asked?: Asked;
  /** It has waited for its turn, and waits no more. */
  unreserved?: boolean;
}

export const writeCall = (call: TravellingCall): Payload => writeJson(call);

/** Never throws: what is not readable says nothing, but for its problem. */
export function readCall(payload: Payload | null | undefined): TravellingCall & { problem?: string } {
  if (payload == null) return {};
  try {
    const { cache, unreserved, asked } = defaultPayloadConverter.fromPayload<TravellingCall>(payload);
    return { cache, unreserved: unreserved === true, ...(isAsked(asked) && { asked }) };
  } catch {
    return { problem: 'it is no JSON' };
  }
}
