/**
 * The facts that the cache keeps beside a result's bytes, written to and read from the header of a
 * store's entry.
 */
import { createHash, createHmac } from 'node:crypto';
import type { Payload } from '@temporalio/common';
import type { UsedResult, VersionedUse } from './wire/uses';
import type { Origin } from './wire/outcome';
import type { StoredEntry } from './store/store';

/**
 * The version of the header format. It is raised when older versions of this package cannot read
 * new headers. They then see a miss.
 */
const ENTRY_FORMAT = 1;

export interface EntryFacts {
  key: string;
  activityType: string;
  version: string;
  tags: readonly string[];
  ticket: number;
  startedAt: number;
  durationMs: number;
  /** The writer's own maximum age (`setTtl`). */
  ttlMs?: number;
  /** The overwriting run that stored the entry. The entry is fresh for that run. */
  overwrittenBy?: string;
  /** Set if the Activity returned a RawValue. A hit then returns one too. */
  raw?: true;
  /** Headers of older versions have no Workflow type, and neither have standalone Activities. */
  origin: Origin & { namespace: string; attempt: number; workflowType?: string };
  /** For a whole Workflow that is cached by its code: what else its result depends on. */
  uses?: readonly VersionedUse[];
  /** For a whole Workflow: the results that its own result is made of. */
  results?: readonly UsedResult[];
  /** Digests of the key's parts, and of the inputs by path. They are used to explain misses. */
  parts: Readonly<Record<string, string>>;
  inputs?: Readonly<Record<string, string>>;
  /**
   * Replaces `inputs` if there are codecs, because paths contain names of members, which may be
   * data.
   */
  sealedInputs?: string;
}

type Header = EntryFacts & { format: number; metadata: Record<string, string> };

/**
 * Encodes an entry. `payload` has passed through the data converter's codecs: it is encrypted if
 * they encrypt.
 */
export function encodeEntry(
  facts: EntryFacts,
  payload: Payload,
  secret: string | undefined,
): { header: string; data: Uint8Array } {
  const metadata = encodeMetadata(payload.metadata);
  const json = JSON.stringify({ format: ENTRY_FORMAT, ...facts, metadata } satisfies Header);
  // A Payload without data that was sent has an empty list as its data.
  const data = payload.data?.length ? payload.data : new Uint8Array();
  return { header: checksum(json, data, secret) + json, data };
}

/**
 * Decodes an entry. Undefined if it is damaged, if it has another format or key, or if its bytes
 * are gone.
 */
export function decodeEntry(
  key: string,
  found: StoredEntry,
  secret: string | undefined,
): { facts: EntryFacts; payload: Payload } | undefined {
  const { header, data } = found;
  if (typeof header !== 'string' || !(data instanceof Uint8Array)) return undefined;
  const json = header.slice(CHECKSUM_LENGTH);
  if (header.slice(0, CHECKSUM_LENGTH) !== checksum(json, data, secret)) return undefined;
  // The checksum proves that this package wrote the header.
  const { format, metadata, ...facts } = JSON.parse(json) as Header;
  if (format !== ENTRY_FORMAT || facts.key !== key) return undefined;
  if (facts.ticket !== found.ticket || facts.startedAt !== found.startedAt) return undefined;
  return { facts, payload: { metadata: decodeMetadata(metadata), data } };
}

/** Why {@link decodeEntry} finds no entry, for people. */
export function damageOf({ header, data }: Pick<StoredEntry, 'header' | 'data'>, key: string): string {
  if (!(data instanceof Uint8Array)) return 'its bytes are gone';
  const read = typeof header === 'string' ? parseHeader(header) : undefined;
  if (read === undefined) return 'its header cannot be read';
  if (read.format !== ENTRY_FORMAT)
    return `it has format ${read.format}, and this version reads ${ENTRY_FORMAT}`;
  return read.key === key ? 'its checksum does not fit' : 'it belongs to another key';
}

/** The metadata as text, for JSON. */
export const encodeMetadata = (metadata: Payload['metadata']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]),
  );

export const decodeMetadata = (metadata: Record<string, string>): Record<string, Uint8Array> =>
  Object.fromEntries(Object.entries(metadata).map(([name, text]) => [name, Buffer.from(text, 'base64')]));

/**
 * The facts in an entry's header, for lists. They are unchecked, because the checksum covers the
 * bytes, which are not available here.
 * @returns undefined if the text is not a header, or has another format
 */
export function readFacts(header: string): EntryFacts | undefined {
  const { format: _, metadata: __, ...facts } = readHeader(header) ?? ({} as Partial<Header>);
  return facts.key === undefined ? undefined : (facts as EntryFacts);
}

/** The payload's metadata in an entry's header, also unchecked. */
export function readMetadata(header: string): Record<string, Uint8Array> | undefined {
  const read = readHeader(header);
  return read && decodeMetadata(read.metadata);
}

function readHeader(header: string): Header | undefined {
  const read = parseHeader(header);
  return read?.format === ENTRY_FORMAT ? read : undefined;
}

function parseHeader(header: string): Header | undefined {
  try {
    return JSON.parse(header.slice(CHECKSUM_LENGTH)) as Header;
  } catch {
    return undefined;
  }
}

const CHECKSUM_LENGTH = 64;

function checksum(json: string, data: Uint8Array, secret: string | undefined): string {
  const hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  return hash.update(`${json}\n`).update(data).digest('hex');
}
