/**
 * The caching options of one call, as they travel: data only, so that the Workflow interceptor and
 * the Activity interceptor see the same. Both the host and Workflow code import this module.
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

/**
 * `true`: look up the call in the Workflow, as its Activity is declared. `false`: the same as
 * `'disable'`.
 */
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
 * Checks the option `cache` of a call.
 * @returns the layer that overrides the declared options. Undefined for `true`, which overrides
 *   nothing.
 * @throws {CacheOptionsError} naming the field, and for an unknown field the nearest valid name
 */
export function toCallSiteLayer(given: unknown, where: string): CacheLayer | undefined {
  if (given === true) return undefined;
  if (typeof given === 'object' && given !== null) {
    if ('mode' in given)
      throw new CacheOptionsError(`${where}: set 'mode' where a run is started, not at a call`);
    rejectUnknown(given, CALL_SITE_FIELDS, where, OTHER_SPELLINGS);
    if (typeof (given as CacheOptions).tags === 'function')
      throw new CacheOptionsError(`${where}: tags must be a list, because a call carries data only`);
  }
  return toLayer(given as CallSiteOptions, where);
}

export interface TravellingCall {
  /** The option as given at the call site. */
  cache?: unknown;
  /** Set if the call was looked up in the Workflow: what was known then. */
  asked?: Asked;
  /** The call runs without a reservation, because it has stopped waiting for its turn. */
  unreserved?: boolean;
}

export const writeCall = (call: TravellingCall): Payload => writeJson(call);

/** Never throws: an unreadable header is ignored, and `problem` states why. */
export function readCall(payload: Payload | null | undefined): TravellingCall & { problem?: string } {
  if (payload == null) return {};
  try {
    const { cache, unreserved, asked } = defaultPayloadConverter.fromPayload<TravellingCall>(payload);
    return { cache, unreserved: unreserved === true, ...(isAsked(asked) && { asked }) };
  } catch {
    return { problem: 'it is not JSON' };
  }
}
