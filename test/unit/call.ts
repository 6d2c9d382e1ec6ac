/** A call, identified as a Worker does it: what tests say of keys, they say of these. */
import { digester } from '../../src/key/key';
import type { CacheShorthand } from '../../src/options/cache-options';
import { toLayer } from '../../src/options/layer';
import { type CallToIdentify, type Identity, Identifier, type KeySpace } from '../../src/policy/identify';
import { type AnyFunction, type Policy, resolvePolicy } from '../../src/policy/resolve';

export type Info = CallToIdentify['info'];

export interface CallOptions {
  fn?: AnyFunction;
  space?: Partial<KeySpace>;
  info?: Partial<Info>;
  headers?: CallToIdentify['headers'];
}

export const policyOf = (options: CacheShorthand, fn: AnyFunction = async () => 0): Policy =>
  resolvePolicy([toLayer(options, 'test')], fn, 'test', 'strict').policy;

export function identifierOf(options: CacheShorthand, { fn, space }: CallOptions = {}): Identifier {
  return new Identifier(policyOf(options, fn), {
    scope: '',
    vary: [],
    digest: digester(),
    keepInputDigests: true,
    ...space,
  });
}

export const callWith = (args: unknown[], { info, headers = {} }: CallOptions = {}): CallToIdentify => ({
  args,
  headers,
  info: { activityType: 'square', namespace: 'default', ...info } as Info,
});

export const identify = (
  options: CacheShorthand,
  args: unknown[],
  call: CallOptions = {},
): Promise<Identity> => identifierOf(options, call).identify(callWith(args, call));

/** The key of a call; a call without one fails the test. */
export async function keyOf(
  options: CacheShorthand,
  args: unknown[],
  call: CallOptions = {},
): Promise<string> {
  const identity = await identify(options, args, call);
  if (identity.key === undefined) throw identity.error;
  return identity.key;
}

/** A function made from text, as it runs: no compiler has changed it. */
export const evaluate = (text: string): any => (0, eval)(text);
export const functionOf = (text: string): AnyFunction => evaluate(`(${text})`);
