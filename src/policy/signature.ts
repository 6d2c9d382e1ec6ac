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
 * @param ownSalt - whether the call says a salt itself that is not the declared one. It then shares no result with
 * calls of a function that is declared with that salt.
 */
export function signatureOf(called: Called, option = '', ownSalt = false): Signature {
  const first = called.kind === 'function' ? [called.parameters, called.typeInfo] : [called.kind];
  return [...first, option, ...(ownSalt ? ['salt'] : [])];
}

/**
 * The signature of one call that ignores inputs by itself. Where one of them is there, the call shares no result with
 * calls that do not ignore it.
 * @param places - as {@link Parameters.placesOf} has them: `1.traceId`, `2…`
 */
export function withIgnored(
  signature: unknown,
  places: readonly string[],
  args: readonly unknown[],
): unknown {
  const ignored = places.filter((place) => isThere(place, args));
  return ignored.length === 0 || !Array.isArray(signature)
    ? signature
    : [...(signature as unknown[]), ignored];
}

function isThere(place: string, args: readonly unknown[]): boolean {
  if (place.endsWith('…')) return args.length > Number(place.slice(0, -1));
  let value: unknown = args;
  for (const name of place.split('.')) {
    if (typeof value !== 'object' || value === null) return false;
    value = value instanceof Map ? value.get(name) : (value as Record<string, unknown>)[name];
  }
  return value !== undefined;
}
