/** What differs between the keys of two calls, found by the digests of the parts of their keys. */
import type { PolicyAnswer } from '../key/version/policy';

/** A difference between two keys. Values that a user passed are only there as digests. */
export interface Difference {
  /**
   * What differs, from the part of the key down to the input's path or the file:
   * `inputs · params.depth`, `version · reachableCode · src/features.ts`.
   */
  item: string;
  /** What it was: a version, or the first digits of a digest. `''` if there was none. */
  baseline: string;
  /** What it is now. */
  current: string;
  reason: 'changed' | 'added' | 'removed';
  /** What can be done. */
  fix: string;
}

/** The facts about one key. */
export interface KeyFacts {
  version: string;
  /** The digest of each part. */
  parts: Readonly<Record<string, string>>;
  /** The digest of each input by its path. Undefined if they were not kept. */
  inputs?: Readonly<Record<string, string>>;
  /** What an automatic version was made of. Undefined if it is not known. */
  policies?: readonly PolicyAnswer[];
}

const SEPARATOR = ' · ';

const FIXES: Readonly<Record<string, string>> = {
  scope: "scopes share nothing: give both plugins the same 'scope'",
  namespace: 'Temporal namespaces share nothing',
  activityType: 'these are results of two Activities',
  signature: "expected after an edit of the parameters, their declared types, 'ignoredInputs' or 'signature'",
  version: "expected after a change of the code. A 'version' of your own changes only when you say so",
  salt: "expected with another 'salt'",
  vary: "a header that 'vary' names has another value",
  inputs: "leave out what the result does not depend on, with 'ignoredInputs' or 'hashInputs'",
  key: "the 'key' function returned another value",
};

/** The parts of a key, the widest first. */
const PARTS = Object.keys(FIXES);

export function differencesBetween(baseline: KeyFacts, current: KeyFacts): Difference[] {
  const found = PARTS.flatMap((part) => partDifferences(part, baseline, current));
  // Two keys differ somewhere. With codecs and without a secret these digests are not kept.
  const isHidden =
    found.length === 0 && [baseline, current].every(({ parts }) => !('inputs' in parts || 'key' in parts));
  if (isHidden) found.push({ item: 'inputs', baseline: '', current: '', reason: 'changed', fix: NOT_KEPT });
  return found;
}

const NOT_KEPT = "set the plugin's 'secret': with codecs and without it, no digests of inputs are kept";

function partDifferences(part: string, baseline: KeyFacts, current: KeyFacts): Difference[] {
  if (baseline.parts[part] === current.parts[part]) return [];
  const inside = part === 'version' ? versionDifferences(baseline, current) : [];
  if (part === 'inputs') inside.push(...pieceDifferences(baseline.inputs, current.inputs));
  const fix = FIXES[part]!;
  if (inside.length > 0)
    return inside.map(({ item, ...of }) => ({ ...of, item: [part, item].join(SEPARATOR), fix }));
  const [was, is] = part === 'version' ? [baseline.version, current.version] : [undefined, undefined];
  return [{ item: part, ...change(was ?? baseline.parts[part], is ?? current.parts[part]), fix }];
}

type Piece = Omit<Difference, 'fix'>;

/** Names the policies that differ, and the files in them. */
function versionDifferences({ policies: old }: KeyFacts, { policies: now }: KeyFacts): Piece[] {
  if (old === undefined || now === undefined) return [];
  const all = [...new Set([...old, ...now].map(({ name }) => name))];
  return all.flatMap((name) => {
    const [was, is] = [old, now].map((policies) => policies.find((policy) => policy.name === name));
    if (was?.answer === is?.answer) return [];
    const shown = name.replace(/\/\d+(?= |$)/, '');
    const pieces = was && is ? byFile(withoutMoves(pieceDifferences(was.pieces, is.pieces))) : [];
    if (pieces.length === 0) return [{ item: shown, ...change(was?.answer, is?.answer) }];
    return pieces.map(({ item, ...of }) => ({ ...of, item: [shown, item].join(SEPARATOR) }));
  });
}

/**
 * Pairs what was removed with what was added under the same name in a file of the same name. A file
 * that was moved changes no version. What is equal in it is left out, and the rest has changed.
 */
function withoutMoves(pieces: readonly Piece[]): Piece[] {
  const removed = pieces.filter(({ reason }) => reason === 'removed');
  const taken = new Set<Piece>();
  const moved = pieces.map((piece) => {
    if (piece.reason !== 'added' || !piece.item.includes('#')) return piece;
    const [file] = piece.item.split('#');
    const name = piece.item.slice(file!.lastIndexOf('/') + 1);
    const isIt = (one: Piece) => !taken.has(one) && `/${one.item}`.endsWith(`/${name}`);
    const before = removed.find((one) => isIt(one) && one.baseline === piece.current) ?? removed.find(isIt);
    if (before === undefined) return piece;
    taken.add(before);
    return { ...piece, baseline: before.baseline, reason: 'changed' as const };
  });
  return moved.filter((piece) => !taken.has(piece) && piece.baseline !== piece.current);
}

/** Joins the pieces of one file, whose names are `file#piece`. */
function byFile(pieces: readonly Piece[]): Piece[] {
  const files = new Map<string, Piece[]>();
  for (const piece of pieces) {
    const file = piece.item.split('#')[0]!;
    files.set(file, [...(files.get(file) ?? []), piece]);
  }
  return [...files].map(([file, [first, ...others]]) => {
    if (others.length === 0) return { ...first!, item: first!.item.replace(/#$/, '') };
    const names = [first!, ...others].map(({ item }) => item.slice(file.length + 1)).filter(Boolean);
    return { item: `${file}${names.length > 0 ? ` (${names.join(', ')})` : ''}`, ...several(first!, others) };
  });
}

const several = (first: Piece, others: readonly Piece[]): Omit<Piece, 'item'> => ({
  baseline: first.baseline,
  current: first.current,
  reason: others.every(({ reason }) => reason === first.reason) ? first.reason : 'changed',
});

function pieceDifferences(
  old: Readonly<Record<string, string>> = {},
  now: Readonly<Record<string, string>> = {},
): Piece[] {
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return names
    .filter((name) => old[name] !== now[name])
    .map((name) => ({ item: name, ...change(own(old, name), own(now, name)) }));
}

const own = (of: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(of, name) ? of[name] : undefined;

const change = (was: string | undefined, is: string | undefined): Omit<Piece, 'item'> => ({
  baseline: shorten(was),
  current: shorten(is),
  reason: was === undefined ? 'added' : is === undefined ? 'removed' : 'changed',
});

/** A digest is recognised by its first digits. Versions that people gave are kept. */
const shorten = (text = ''): string => (/^[0-9a-f]{16,}$/.test(text) ? text.slice(0, 8) : text.slice(0, 40));

/** Names of members may be of any length. */
const MAX_ITEM = 200;

/** In short, for a report's row: the first difference, and how many more there are. */
export function inShort(differences: readonly Difference[]): string {
  const [first, ...others] = differences;
  if (first === undefined) return '';
  const item = first.item.length > MAX_ITEM ? `${first.item.slice(0, MAX_ITEM)}…` : first.item;
  return others.length === 0 ? item : `${item} and ${others.length} more`;
}

/** The parts of a key that follow the code of a function. */
const CODE = ['signature', 'version'];

/**
 * Whether two keys differ in the code alone. Without the digests of the inputs this is not known,
 * and the answer is `false`.
 */
export function differsInCode({ parts: one }: KeyFacts, { parts: other }: KeyFacts): boolean {
  const areInputsKnown = 'inputs' in one || 'key' in one;
  return areInputsKnown && PARTS.every((part) => CODE.includes(part) || one[part] === other[part]);
}

/** How alike two keys are: by their parts, and then by their inputs. */
export function likeness(one: KeyFacts, other: KeyFacts): number {
  const equal = (a: Readonly<Record<string, string>> = {}, b: Readonly<Record<string, string>> = {}) =>
    Object.keys(a).filter((name) => a[name] === own(b, name)).length;
  return equal(one.parts, other.parts) * 1_000 + equal(one.inputs, other.inputs);
}
