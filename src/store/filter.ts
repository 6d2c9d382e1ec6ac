/** Which entries are meant, and by which names the floors over an entry go. */
import type { EntryFilter, EntryRecord, StoreTime, Subject } from './store';

const nameOf = (...parts: (string | null)[]): string => JSON.stringify(parts);

/**
 * The name of the floor that covers exactly what `filter` means: the same text for the same filter, another for another. Undefined
 * where no floor can: whether it covers an execution must be known by the execution's scope and one more thing about it.
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
 * The names of floors that say what was handed out before: at or below them, a ticket is of a place that was emptied or made anew since, or of an
 * execution that began before another one of a key like this, whose entry is not there any more. They cover writes, and no entry.
 */
export const floorsOfPast = (key: string): string[] => [BEGINNING, removedLike(key)];

/** The floor below all tickets of this place. */
export const BEGINNING = nameOf('beginning');

/**
 * What is removed leaves its ticket in one of these: 65,536 for all keys, so that they are few, and that an execution is rarely taken for one of
 * another key.
 */
export const removedLike = (key: string): string => nameOf('removed', key.slice(0, 4));

/** Those that depend neither on key nor tags; one look-up is often like the one before. */
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
 * Whether the filter means an entry, for stores that look at their entries one by one.
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
