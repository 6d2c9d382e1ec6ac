/** Digests of the inputs by path. They show later which input caused a miss. */
import { encode } from './canonical';
import { type Digest, shortDigest } from './key';
import type { Mask } from './mask';
import { formatPath, isPlainObject } from './unkeyable';

/** The largest number of paths. Beyond it, deeper values are digested as a whole. */
const MAX_PATHS = 64;

/**
 * A digest for each leaf of `args`, named like `params.depth`, or `1.depth` where a parameter has
 * no name. The order is breadth first, up to 64 paths (the first 64 arguments, if there are more).
 * Every value is encoded once. Inputs that are left out of the key are left out here.
 * @throws {Unkeyable} as {@link encode} does
 */
export function inputDigests(
  args: readonly unknown[],
  names: readonly (string | undefined)[],
  mask: Mask | undefined,
  digest: Digest,
): Record<string, string> {
  type Place = { path: (string | number)[]; value: unknown; mask: Mask | undefined };
  const first = args.slice(0, MAX_PATHS);
  let open: Place[] = first.map((value, i) => ({ path: [names[i] ?? i], value, mask: mask?.member(i) }));
  const leaves: Place[] = [];
  for (let place = open.shift(); place !== undefined; place = open.shift()) {
    if (place.mask?.ignored) continue;
    const members = place.mask?.hash === undefined ? membersOf(place.value) : undefined;
    if (members === undefined || leaves.length + open.length + members.length > MAX_PATHS) {
      leaves.push(place);
      continue;
    }
    const { path, mask: under } = place;
    open = open.concat(
      members.map(([name, value]) => ({ path: [...path, name], value, mask: under?.member(name) })),
    );
  }
  return Object.fromEntries(
    leaves.map(({ path, value, mask: under }) => [
      formatPath(path),
      shortDigest(digest, encode(value, under)),
    ]),
  );
}

/** The members of a non-empty object or list. Other values have none. */
function membersOf(value: unknown): [string | number, unknown][] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return isShort(value.length) ? [...value.entries()] : undefined;
  if (!isPlainObject(value) || Object.hasOwn(value, '$cacheHash')) return undefined;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return isShort(members.length) ? members : undefined;
}

const isShort = (length: number): boolean => length > 0 && length <= MAX_PATHS;
