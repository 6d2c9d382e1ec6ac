/**
 * Packs many payloads into one, for the answer to several look-ups: their bytes one after the
 * other, and everything else in an index.
 */
import { INDEX } from './names';
import type { Payload } from '@temporalio/common';

const ENCODING = 'binary/activity-cache';

interface Packed {
  metadata: Record<string, string>;
  bytes: number;
}

const toText = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
const fromText = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

export function pack(payloads: readonly Payload[]): Payload {
  const index = payloads.map(({ metadata, data }): Packed => {
    const texts = Object.entries(metadata ?? {}).map(([name, bytes]) => [name, toText(bytes)] as const);
    return { metadata: Object.fromEntries(texts), bytes: data?.length ?? 0 };
  });
  const data = new Uint8Array(index.reduce((sum, { bytes }) => sum + bytes, 0));
  let at = 0;
  for (const payload of payloads) {
    data.set(payload.data ?? [], at);
    at += payload.data?.length ?? 0;
  }
  return { metadata: { encoding: encode(ENCODING), [INDEX]: encode(JSON.stringify(index)) }, data };
}

/** Undefined if `pack` did not make the payload. Never throws. */
export function unpack({ metadata, data }: Payload): Payload[] | undefined {
  const index = metadata?.[INDEX];
  if (index == null) return undefined;
  try {
    let at = 0;
    return (JSON.parse(new TextDecoder().decode(index)) as Packed[]).map(({ metadata: texts, bytes }) => {
      const all = Object.entries(texts).map(([name, text]) => [name, fromText(text)] as const);
      const payload = {
        metadata: Object.fromEntries(all),
        data: (data ?? new Uint8Array()).slice(at, at + bytes),
      };
      at += bytes;
      return payload;
    });
  } catch {
    return undefined;
  }
}
