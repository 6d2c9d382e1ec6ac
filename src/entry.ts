/** What the cache keeps beside a result's bytes: written into, and read back from, the header of a store's entry. */
import { createHash, createHmac } from 'node:crypto';
import type { Payload } from '@temporalio/common';
import type { UsedResult, VersionedUse } from './wire/uses';
import type { Origin } from './wire/outcome';
import type { StoredEntry } from './store/store';

/** Raised when headers change in a way that older versions of this package cannot read: they see a miss. */
const ENTRY_FORMAT = 1;

export interface EntryFacts {
  key: string;
  activityType: string;
  version: string;
  tags: readonly string[];
  ticket: number;
  startedAt: number;
  durationMs: number;
  /** The writer's own limit of age (`setTtl`). */
  ttlMs?: number;
  /** The overwriting run that stored it, for which it is fresh. */
  overwrittenBy?: string;
  /** The Activity returned a RawValue: so does a hit. */
  raw?: true;
  origin: Origin & { namespace: string; attempt: number };
  /** Of a whole Workflow that is cached by its code: what else its result depends on. */
  uses?: readonly VersionedUse[];
  /** Of a whole Workflow: the results that its own is made of. */
  results?: readonly UsedResult[];
  /** Digests of the key's parts, and of the inputs by path: what a miss is explained from. */
  parts: Readonly<Record<string, string>>;
  inputs?: Readonly<Record<string, string>>;
  /** Instead of `inputs`, where there are codecs: their paths hold names of members, which may be data. */
  sealedInputs?: string;
}

type Header = EntryFacts & { format: number; metadata: Record<string, string> };

/** `payload` is as the data converter's codecs left it: encrypted where they encrypt. */
export function encodeEntry(
  facts: EntryFacts,
  payload: Payload,
  secret: string | undefined,
): { header: string; data: Uint8Array } {
  const metadata = encodeMetadata(payload.metadata);
  const json = JSON.stringify({ format: ENTRY_FORMAT, ...facts, metadata } satisfies Header);
  // A Payload without data that has been sent has an empty list there.
  const data = payload.data?.length ? payload.data : new Uint8Array();
  return { header: checksum(json, data, secret) + json, data };
}

/** Reads an entry back; undefined when it is damaged, of another format or key, or its bytes are gone. */
export function decodeEntry(
  key: string,
  found: StoredEntry,
  secret: string | undefined,
): { facts: EntryFacts; payload: Payload } | undefined {
  const { header, data } = found;
  if (typeof header !== 'string' || !(data instanceof Uint8Array)) return undefined;
  const json = header.slice(CHECKSUM_LENGTH);
  if (header.slice(0, CHECKSUM_LENGTH) !== checksum(json, data, secret)) return undefined;
  const { format, metadata, ...facts } = JSON.parse(json) as Header; // what its checksum vouches for, we wrote
  if (format !== ENTRY_FORMAT || facts.key !== key) return undefined;
  if (facts.ticket !== found.ticket || facts.startedAt !== found.startedAt) return undefined;
  return { facts, payload: { metadata: decodeMetadata(metadata), data } };
}

/** As text, for JSON. */
export const encodeMetadata = (metadata: Payload['metadata']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]),
  );

export const decodeMetadata = (metadata: Record<string, string>): Record<string, Uint8Array> =>
  Object.fromEntries(Object.entries(metadata).map(([name, text]) => [name, Buffer.from(text, 'base64')]));

/**
 * What an entry's header says, unchecked, for lists: its checksum covers the bytes, which are not there.
 * @returns undefined where it is no header, or of another format
 */
export function readFacts(header: string): EntryFacts | undefined {
  const { format: _, metadata: __, ...facts } = readHeader(header) ?? ({} as Partial<Header>);
  return facts.key === undefined ? undefined : (facts as EntryFacts);
}

/** What an entry's header says of the payload, unchecked too. */
export function readMetadata(header: string): Record<string, Uint8Array> | undefined {
  const read = readHeader(header);
  return read && decodeMetadata(read.metadata);
}

function readHeader(header: string): Header | undefined {
  try {
    const read = JSON.parse(header.slice(CHECKSUM_LENGTH)) as Header;
    return read.format === ENTRY_FORMAT ? read : undefined;
  } catch {
    return undefined;
  }
}

const CHECKSUM_LENGTH = 64;

function checksum(json: string, data: Uint8Array, secret: string | undefined): string {
  const hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  return hash.update(`${json}\n`).update(data).digest('hex');
}
