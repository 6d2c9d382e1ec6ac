/** The signature part of a key, made in one place: what a call looks like, apart from its inputs (src/key/SPEC.md). */

export type Signature = readonly unknown[] | null;

export type Called =
  | { kind: 'function'; parameters: readonly string[]; typeInfo: unknown }
  /** A call with a `version` of its own: the Worker that looks it up may not see the function. */
  | { kind: 'call site' }
  /** A parent that looks up a child does not see its function. */
  | { kind: 'workflow' };

/** What a call says itself, where something else is declared. It then shares no result with calls that do not say it. */
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
