/**
 * The smallest text above all texts that begin with `prefix`, so that an index finds these. The
 * order is that of code points, which is that of UTF-8 bytes.
 * @returns undefined where no text is above them
 */
export function above(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0)!);
  while (points.at(-1) === 0x10ffff) points.pop();
  const last = points.pop();
  if (last === undefined) return undefined;
  return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1); // surrogates are no characters
}
