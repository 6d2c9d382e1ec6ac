/** The key of a call: a digest over labelled parts, each encoded canonically (see SPEC.md). */
import { createHash, createHmac } from 'node:crypto';
import { encode, netstring } from './canonical';

/** The format, raised at every change of the encoding. Keys of different formats never match. */
export const KEY_FORMAT = 2;

/**
 * All parts except the inputs. Between calls of the same Activity, only `vary` may differ in these
 * parts.
 */
export interface FixedParts {
  namespace: string;
  scope: string;
  activityType: string;
  signature: unknown;
  version: { behavior: 'auto' | 'override'; text: string };
  salt: string;
  /** The list of `[header name, header]`, for the headers that belong in every key. */
  vary: unknown;
}

/** The arguments as `inputs`, or the value that the user's `key` function returned as `key`. */
export type InputsPart = { label: 'inputs' | 'key'; text: string };

/** Maps a text to a hex digest: SHA-256, or HMAC-SHA256 with a secret. */
export type Digest = (text: string) => string;

/**
 * Digests the UTF-8 of a text. A lone surrogate counts as its three bytes in generalised UTF-8
 * (WTF-8).
 */
export function digester(secret?: string): Digest {
  return (text) => {
    const hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
    if (text.isWellFormed()) return hash.update(text, 'utf8').digest('hex');
    // With the u flag, \p{Surrogate} matches only lone surrogates.
    let end = 0;
    for (const match of text.matchAll(/\p{Surrogate}/gu)) {
      const unit = match[0].charCodeAt(0);
      hash.update(text.slice(end, match.index), 'utf8');
      hash.update(Uint8Array.of(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)));
      end = match.index + 1;
    }
    return hash.update(text.slice(end), 'utf8').digest('hex');
  };
}

/** The text of the fixed parts. Callers keep it, because most calls change only the inputs. */
export function encodeFixed(parts: FixedParts): string {
  let text = `activity-cache-key ${KEY_FORMAT}\n`;
  for (const label of FIXED) text += netstring(label) + encode(parts[label]);
  return text;
}

const FIXED = ['namespace', 'scope', 'activityType', 'signature', 'version', 'salt', 'vary'] as const;

/** The key, 64 hex digits. */
export function keyOf(fixed: string, inputs: InputsPart, digest: Digest): string {
  return digest(fixed + netstring(inputs.label) + inputs.text);
}

/** A digest of each part. A miss is explained by comparing these digests. */
export function partDigests(parts: FixedParts, inputs: InputsPart, digest: Digest): Record<string, string> {
  const texts = FIXED.map((label) => [label, encode(parts[label])] as const);
  return Object.fromEntries(
    [...texts, [inputs.label, inputs.text] as const].map(([label, text]) => [
      label,
      shortDigest(digest, text),
    ]),
  );
}

/** A digest of 128 bits, which is enough to distinguish parts. */
export const shortDigest = (digest: Digest, text: string): string => digest(text).slice(0, 32);

/** The displayed form of a key, long enough to find the key again. */
export const shortKey = (key: string): string => key.slice(0, 12);
