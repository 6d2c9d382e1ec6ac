/** Names and other texts that are kept in stores. */

/** Whether every store keeps it exactly: databases take no U+0000, and make another character of half a surrogate pair. */
export const isKeepable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

export const KEEPABLE = 'well-formed Unicode without U+0000';
