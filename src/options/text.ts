/** Checks names and other texts that stores keep. */

/**
 * Whether every store keeps the text exactly. Databases reject U+0000, and replace half a surrogate
 * pair by another character.
 */
export const isKeepable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

export const KEEPABLE = 'well-formed Unicode without U+0000';
