/** The signature part of a key, made in one place: what a call looks like, apart from its inputs (src/key/SPEC.md). */

export type Signature = readonly unknown[] | null;

export type Called =
  | { kind: 'function'; parameters: readonly string[]; typeInfo: unknown }
  /** A call with a `version` of its own: the Worker that looks it up may not see the function. */
  | { kind: 'call site' }
  /** A parent that looks up a child does not see its function. */
  | { kind: 'workflow' };

/**
 * @param option - the option `signature`
 * @param ignored - the paths of the inputs that the call itself ignores, where others are declared; undefined: as declared. Two
 * calls that ignore different inputs never share a result.
 */
export function signatureOf(called: Called, option = '', ignored?: readonly string[]): Signature {
  const first = called.kind === 'function' ? [called.parameters, called.typeInfo] : [called.kind];
  return [...first, option, ...(ignored === undefined ? [] : [[...ignored].sort()])];
}
