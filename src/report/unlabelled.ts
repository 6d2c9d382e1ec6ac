/**
 * Cached Activity types whose results carry no metadata, because their declared output TypeInfo
 * leaves no room for it.
 */
const types = new Set<string>();

/** Called by the Workers of this process, because a history does not contain this. */
export function noteUnlabelled(activityType: string): void {
  types.add(activityType);
}

export const isUnlabelled = (activityType: string): boolean => types.has(activityType);
