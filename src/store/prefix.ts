/**
 * The least text, in the order of code points as in that of UTF-8 bytes, that is above all those that begin with `prefix`: so an index finds them.
 * @returns undefined where nothing is above them
 */
export function above(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0)!);
  while (points.at(-1) === 0x10ffff) points.pop();
  const last = points.pop();
  if (last === undefined) return undefined;
  return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1); // between these are no characters
}
