/** How long stores remember of a key that its entry was invalidated, in milliseconds: so long a miss can say why. */
export const REMEMBERED_MS = 30 * 24 * 3_600_000;
