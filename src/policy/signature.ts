/**
 * The signature part of a key, made only here: the form of a call, apart from its inputs
 * (src/key/SPEC.md).
 */

export type Signature = readonly unknown[] | null;

export type Called =
  | { kind: 'function'; parameters: readonly string[]; typeInfo: unknown }
  /** A call with its own `version`. The Worker that looks it up may not have the function. */
  | { kind: 'call site' }
  /** A Workflow. A parent that looks up a child does not have the function of the child. */
  | { kind: 'workflow' };

/**
 * The options of the call itself that differ from the declared ones. Such a call shares no result
 * with calls that do not set them.
 */
export interface OwnWords {
  /** The places of the inputs that the call ignores. */
  ignored?: readonly string[];
  salt?: boolean;
}

/** @param option - the option `signature` */
export function signatureOf(called: Called, option = '', { ignored, salt }: OwnWords = {}): Signature {
  const first = called.kind === 'function' ? [called.parameters, called.typeInfo] : [called.kind];
  const own = [...(ignored === undefined ? [] : [[...ignored].sort()]), ...(salt ? ['salt'] : [])];
  return [...first, option, ...own];
}
