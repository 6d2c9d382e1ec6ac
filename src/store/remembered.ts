/**
 * How long stores remember that the entry of a key was invalidated, so that a miss can give the
 * reason.
 */
export const REMEMBERED_MS = 30 * 24 * 3_600_000;
