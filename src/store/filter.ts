/** Which entries a filter selects, and the names of the floors that cover an entry. */
import type { EntryFilter, EntryRecord, StoreTime, Subject } from './store';

const nameOf = (...parts: (string | null)[]): string => JSON.stringify(parts);

/**
 * The name of the floor that covers exactly the entries of `filter`. Two filters have the same name
 * only if they select the same entries. The result is undefined where no floor can cover the
 * filter: whether a floor covers an execution must follow from its scope and one more property.
 *
 * @experimental
 */
export function floorName(filter: EntryFilter): string | undefined {
  const {
    scope,
    namespace = null,
    key,
    keyPrefix,
    activityType,
    version,
    tag,
    olderThanMs,
    ...rest
  } = filter;
  rest satisfies Record<string, never>;
  if (keyPrefix !== undefined || olderThanMs !== undefined) return undefined;
  if (key !== undefined) {
    const others = [scope, namespace ?? undefined, activityType, version, tag];
    return others.every((other) => other === undefined) ? nameOf('key', key) : undefined;
  }
  if (scope === undefined) return undefined;
  const of = [scope, namespace];
  if (tag !== undefined) {
    return activityType === undefined && version === undefined ? nameOf(...of, 'tag', tag) : undefined;
  }
  if (activityType !== undefined && version !== undefined)
    return nameOf(...of, 'both', activityType, version);
  if (activityType !== undefined) return nameOf(...of, 'activity', activityType);
  return version === undefined ? nameOf(...of, 'all') : nameOf(...of, 'version', version);
}

/**
 * The names of all floors that cover an entry.
 *
 * @experimental
 */
export function floorsOver(subject: Subject, tags: readonly string[]): string[] {
  return [...floorsOverAll(subject), nameOf('key', subject.key), ...floorsOverTags(subject, tags)];
}

/**
 * The names of the floors that cover an entry by its tags.
 *
 * @experimental
 */
export const floorsOverTags = ({ scope, namespace }: Subject, tags: readonly string[]): string[] =>
  tags.flatMap((tag) => [nameOf(scope, namespace, 'tag', tag), nameOf(scope, null, 'tag', tag)]);

/**
 * The names of the floors that cover writes and no entries. A ticket at or below one of them
 * belongs to a store that was emptied or created again since, or to an execution that began before
 * a removed entry of a similar key was made.
 */
export const floorsOfPast = (key: string): string[] => [BEGINNING, removedLike(key)];

/** The floor below all tickets of this store. */
export const BEGINNING = nameOf('beginning');

/**
 * The floor that keeps the tickets of removed entries. All keys share 65,536 such floors: few
 * enough to keep, and so many that two keys rarely share one.
 */
export const removedLike = (key: string): string => nameOf('removed', key.slice(0, 4));

/**
 * The floors that depend neither on the key nor on the tags. They are remembered, because
 * consecutive look-ups often have the same ones.
 */
function floorsOverAll(subject: Subject): readonly string[] {
  const { scope, namespace, activityType, version } = subject;
  const same =
    last?.of.scope === scope &&
    last.of.namespace === namespace &&
    last.of.activityType === activityType &&
    last.of.version === version;
  if (same) return last!.names;
  const names = [namespace, null].flatMap((within) => [
    nameOf(scope, within, 'all'),
    nameOf(scope, within, 'activity', activityType),
    nameOf(scope, within, 'version', version),
    nameOf(scope, within, 'both', activityType, version),
  ]);
  last = { of: subject, names };
  return names;
}

let last: { of: Subject; names: readonly string[] } | undefined;

/**
 * Whether the filter selects an entry, for stores that look at their entries one by one.
 *
 * @experimental
 */
export function matches(
  entry: Pick<EntryRecord, keyof Subject | 'tags' | 'startedAt'>,
  filter: EntryFilter,
  now: StoreTime,
): boolean {
  const equal = (field: 'scope' | 'namespace' | 'key' | 'activityType' | 'version') =>
    filter[field] === undefined || filter[field] === entry[field];
  return (
    equal('scope') &&
    equal('namespace') &&
    equal('key') &&
    equal('activityType') &&
    equal('version') &&
    (filter.keyPrefix === undefined || entry.key.startsWith(filter.keyPrefix)) &&
    (filter.tag === undefined || entry.tags.includes(filter.tag)) &&
    (filter.olderThanMs === undefined || now - entry.startedAt >= filter.olderThanMs)
  );
}
