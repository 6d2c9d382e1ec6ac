/** What the processes call: few records, so that they meet, which every kind of invalidation cuts in another way. */
import type { Invalidation } from 'temporal-activity-cache';

export const RECORDS = 12;
export const ACTIVITIES = ['a', 'b', 'c'];
export const VERSIONS = ['1', '2', '1'];

export const tagOf = (record: number): string => `tag-${record % 4}`;
/** Added by the body. */
export const lateTagOf = (record: number): string => `late-${record % 2}`;

export function recordOf(record: number): { activity: string; version: string; tags: string[] } {
  const place = record % ACTIVITIES.length;
  return {
    activity: ACTIVITIES[place]!,
    version: VERSIONS[place]!,
    tags: [tagOf(record), lateTagOf(record)],
  };
}

/** The ways to invalidate a record; by `key`, where that is known. */
export function invalidationsOf(record: number, key: string | undefined): Invalidation[] {
  const { activity, version, tags } = recordOf(record);
  const byTag = tags.map((tag) => ({ tag }));
  const byKey = key === undefined ? [] : [{ key }];
  return [...byKey, ...byTag, { activity }, { version }, { activity, version }, { all: true }];
}

export function isMeant(record: number, keys: ReadonlyMap<number, string>, what: Invalidation): boolean {
  const { activity, version, tags } = recordOf(record);
  if (what.all === true) return true;
  if (what.key !== undefined) return what.key === keys.get(record);
  return (
    (what.tag === undefined || tags.includes(what.tag)) &&
    (what.activity === undefined || what.activity === activity) &&
    (what.version === undefined || what.version === version)
  );
}
