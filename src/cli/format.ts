/** Formats sizes and times, cleans texts of others for display, and parses sizes. */
import { brief } from '../wire/durations';

export { formatDuration } from '../wire/durations';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

export function formatBytes(bytes: number): string {
  let [value, unit] = [bytes, 0];
  for (; Number(brief(value)) >= 1000 && unit < UNITS.length - 1; unit++) value /= 1000;
  return `${brief(value)} ${UNITS[unit]}`;
}

const MULTIPLES: Record<string, number> = {
  '': 1,
  b: 1,
  ...Object.fromEntries(
    ['k', 'm', 'g', 't']
      .flatMap(
        (letter, i) =>
          [
            [letter, i],
            [`${letter}b`, i],
          ] as const,
      )
      .map(([name, i]) => [name, 1000 ** (i + 1)]),
  ),
  ...Object.fromEntries(['kib', 'mib', 'gib', 'tib'].map((name, i) => [name, 1024 ** (i + 1)])),
};

/** Parses `500MB`, `1.5 GiB`, `1000` as bytes. Returns undefined if the text is not a size. */
export function parseBytes(text: string): number | undefined {
  const [, number, unit] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const multiple = MULTIPLES[unit?.toLowerCase() ?? '?'];
  return number === undefined || multiple === undefined ? undefined : Math.floor(Number(number) * multiple);
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The age in one unit: `12 s`, `5 min`, `30 h`, `12 d`. */
export function formatAge(ms: number): string {
  if (ms < 90 * SECOND) return `${Math.round(ms / SECOND)} s`;
  if (ms < 90 * MINUTE) return `${Math.round(ms / MINUTE)} min`;
  return ms < 2 * DAY ? `${Math.round(ms / HOUR)} h` : `${Math.round(ms / DAY)} d`;
}

/** The time of an ISO 8601 text. */
export const formatTime = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;

export const formatCount = (count: number): string => count.toLocaleString('en-US');

export const entries = (count: number): string =>
  `${formatCount(count)} ${count === 1 ? 'entry' : 'entries'}`;

export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/**
 * Replaces control characters. Texts of others may contain characters that move a terminal's
 * cursor, break a line, or change the direction of text.
 */
export const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ');

/**
 * Escapes the same characters in text of several lines. JSON keeps its value, because such
 * characters occur only inside its strings, where the escapes mean the same.
 */
export const escaped = (text: string): string =>
  text.replace(
    /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** The text cut to at most `length` characters, for a column. */
export function shorten(text: string, length: number): string {
  const characters = [...oneLine(text)];
  return characters.length <= length ? characters.join('') : `${characters.slice(0, length - 1).join('')}…`;
}

/** The text quoted as one word of a shell command, because a name may contain quotes. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
