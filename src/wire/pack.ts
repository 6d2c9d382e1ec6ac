/**
 * Packs the answers of look-ups into one payload that people can read in Temporal's UI:
 * `{"cache":"hit · trainModel · saved 3.7 s · …","value":…}`, or a list of these. An index has what
 * is needed to take the payloads out again, byte by byte.
 */
import { INDEX, OUTCOME_METADATA } from './names';
import type { Payload } from '@temporalio/common';
import { decodeOutcome } from './outcome';
import { verdictOf } from './verdict';

interface Packed {
  metadata: Record<string, string>;
  bytes: number;
  /** Where its bytes begin in the data. Undefined: in the index, after its text. */
  at?: number;
}

/** Packs many payloads into a list. */
export const pack = (payloads: readonly Payload[], nowMs = Date.now()): Payload =>
  packed(payloads, nowMs, '[', ']');

/** Packs one payload. */
export const packOne = (payload: Payload, nowMs = Date.now()): Payload => packed([payload], nowMs, '', '');

/** A labelled payload with the verdict first. An answer has it already. */
export const readable = (payload: Payload): Payload =>
  payload.metadata?.[OUTCOME_METADATA] == null ? payload : packOne(payload);

function packed(payloads: readonly Payload[], nowMs: number, open: string, close: string): Payload {
  const shown: Uint8Array[] = [];
  const hidden: Uint8Array[] = [];
  let at = 0;
  const show = (bytes: Uint8Array) => {
    shown.push(bytes);
    at += bytes.length;
  };
  show(encode(open));
  const index = payloads.map(({ metadata, data }, i): Packed => {
    const texts = Object.entries(metadata ?? {}).map(([name, value]) => [name, toText(value)] as const);
    const bytes = data ?? new Uint8Array();
    const one: Packed = { metadata: Object.fromEntries(texts), bytes: bytes.length };
    if (i > 0) show(encode(','));
    const [before, after] = around(metadata?.[OUTCOME_METADATA], nowMs);
    if (one.metadata.encoding !== JSON_PLAIN) {
      hidden.push(bytes);
      show(encode(`${before}null${after}`));
      return one;
    }
    show(encode(before));
    one.at = at;
    show(bytes);
    show(encode(after));
    return one;
  });
  show(encode(close));
  const text = encode(JSON.stringify({ packed: index }));
  const all = hidden.length === 0 ? text : joined([text, new Uint8Array(1), ...hidden]);
  return { metadata: { encoding: encode(JSON_PLAIN), [INDEX]: all }, data: joined(shown) };
}

/** What stands around the value of a labelled payload. An answer says its verdict itself. */
function around(label: Uint8Array | null | undefined, nowMs: number): [before: string, after: string] {
  if (label == null) return ['', ''];
  const outcome = decodeOutcome(label);
  const verdict = outcome.status === 'unknown' ? outcome.status : verdictOf(outcome, nowMs);
  return [`{"cache":${JSON.stringify(verdict)},"value":`, '}'];
}

/**
 * The payloads that were packed, also by the versions that only packed many and had a bare list as
 * the index. Undefined if the payload is none of these. Never throws.
 */
export function unpack({ metadata, data }: Payload): Payload[] | undefined {
  const index = metadata?.[INDEX];
  if (index == null) return undefined;
  try {
    const end = index.indexOf(0); // JSON text has no such byte.
    const said = JSON.parse(new TextDecoder().decode(end === -1 ? index : index.subarray(0, end))) as
      Packed[] | { packed: Packed[] };
    let hiddenAt = end + 1;
    let listedAt = 0;
    const take = ({ bytes, at }: Packed): Uint8Array => {
      if (Array.isArray(said)) at = (listedAt += bytes) - bytes;
      if (at === undefined) return index.slice(hiddenAt, (hiddenAt += bytes));
      return (data ?? new Uint8Array()).slice(at, at + bytes);
    };
    return (Array.isArray(said) ? said : said.packed).map((one) => {
      const all = Object.entries(one.metadata).map(([name, text]) => [name, fromText(text)] as const);
      return { metadata: Object.fromEntries(all), data: take(one) };
    });
  } catch {
    return undefined;
  }
}

const JSON_PLAIN = 'json/plain';

/** Bytes as the characters with these codes, in pieces that fit into the arguments of a call. */
function toText(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4_096)
    text += String.fromCharCode(...bytes.subarray(at, at + 4_096));
  return text;
}

function fromText(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
