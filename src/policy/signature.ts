/**
 * The signature part of a key: what a call looks like, apart from its inputs (src/key/SPEC.md). It
 * is made in one place.
 */
import { encode } from '../key/canonical';
import type { Mask } from '../key/mask';

export type Signature = readonly unknown[] | null;

export type Called =
  | { kind: 'function'; parameters: readonly string[]; typeInfo: unknown }
  /** A call with a `version` of its own: the Worker that looks it up may not see the function. */
  | { kind: 'call site' }
  /** A parent that looks up a child does not see its function. */
  | { kind: 'workflow' };

/** What a call ignores by itself, where other inputs are declared as ignored. */
export interface OwnIgnored {
  /** The places, sorted: `1.traceId`, or `2…` for all that a rest parameter collects. */
  places: readonly string[];
  /** Whether every declared place is among them. */
  coversDeclared: boolean;
  declared: Mask | undefined;
}

/**
 * @param option - the option `signature`
 * @param ownSalt - whether the call gives a salt that is not the declared one. Such a call shares
 *   no result with calls of a function that is declared with that salt.
 */
export function signatureOf(called: Called, option = '', ownSalt = false): Signature {
  const first = called.kind === 'function' ? [called.parameters, called.typeInfo] : [called.kind];
  return [...first, option, ...(ownSalt ? ['salt'] : [])];
}

/**
 * The signature of one call that ignores inputs by itself. It differs from the signature of other
 * calls if the declared places would give other inputs.
 * @param inputs - the arguments, encoded as the call asks for it
 */
export function withIgnored(
  signature: Signature,
  { places, coversDeclared, declared }: OwnIgnored,
  args: readonly unknown[],
  inputs: string,
): Signature {
  const isAsDeclared = coversDeclared && encodedOrNot(args, declared) === inputs;
  return isAsDeclared ? signature : [...(signature ?? []), places];
}

/** Undefined if only the call's own places leave out what cannot be encoded. */
function encodedOrNot(args: readonly unknown[], mask: Mask | undefined): string | undefined {
  try {
    return encode(args, mask);
  } catch {
    return undefined;
  }
}
