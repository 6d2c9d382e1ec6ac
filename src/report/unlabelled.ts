/** Cached Activity types whose results carry no metadata, because their declared output TypeInfo leaves no room for it. */
const types = new Set<string>();

/** Told by the Workers of this process: a history does not say. */
export function noteUnlabelled(activityType: string): void {
  types.add(activityType);
}

export const isUnlabelled = (activityType: string): boolean => types.has(activityType);
