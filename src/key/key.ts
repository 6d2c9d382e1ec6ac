/** The key of a call: a digest over labelled parts, each encoded canonically. Specified in SPEC.md. */
import { createHash, createHmac } from 'node:crypto';
import { encode, netstring } from './canonical';

/** Raised when the encoding changes in any way: keys of different formats never meet. */
export const KEY_FORMAT = 2;

/** Everything but the inputs; one call differs from the next of the same Activity only in `vary`. */
export interface FixedParts {
  namespace: string;
  scope: string;
  activityType: string;
  signature: unknown;
  version: { behavior: 'auto' | 'override'; text: string };
  salt: string;
  /** Header name → what the header holds, for the headers that belong in every key. */
  vary: unknown;
}

/** `inputs` of the arguments, or `key` of what the user's `key` function made of them. */
export type InputsPart = { label: 'inputs' | 'key'; text: string };

/** Text → hex digest: SHA-256, or HMAC-SHA256 where a secret is given. */
export type Digest = (text: string) => string;

/** Digests a text's UTF-8; a lone surrogate counts as its three bytes in generalised UTF-8 (WTF-8). */
export function digester(secret?: string): Digest {
  return (text) => {
    const hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
    if (text.isWellFormed()) return hash.update(text, 'utf8').digest('hex');
    // With the u flag \p{Surrogate} matches lone ones only.
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

/** The text of the fixed parts; worth keeping, since only the inputs change from call to call. */
export function encodeFixed(parts: FixedParts): string {
  let text = `activity-cache-key ${KEY_FORMAT}\n`;
  for (const label of FIXED) text += netstring(label) + encode(parts[label]);
  return text;
}

const FIXED = ['namespace', 'scope', 'activityType', 'signature', 'version', 'salt', 'vary'] as const;

/** The key: 64 hex digits. */
export function keyOf(fixed: string, inputs: InputsPart, digest: Digest): string {
  return digest(fixed + netstring(inputs.label) + inputs.text);
}

/** A digest of each part, to be compared part by part when a miss is explained. */
export function partDigests(parts: FixedParts, inputs: InputsPart, digest: Digest): Record<string, string> {
  const texts = FIXED.map((label) => [label, encode(parts[label])] as const);
  return Object.fromEntries(
    [...texts, [inputs.label, inputs.text] as const].map(([label, text]) => [
      label,
      shortDigest(digest, text),
    ]),
  );
}

/** 128 bits are plenty to tell parts apart. */
export const shortDigest = (digest: Digest, text: string): string => digest(text).slice(0, 32);

/** How a key is shown to people: enough of it to find it again. */
export const shortKey = (key: string): string => key.slice(0, 12);
