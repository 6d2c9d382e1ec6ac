/**
 * The records of a cache in a Keyv: their names and their texts.
 *
 * - `ac1.entry.KEY`: an entry without its result if that is large. With `goneAt`, it remembers that
 *   there was an entry.
 * - `ac1.bytes.KEY.ID`: a large result, in base64. Its entry names it. Each put has another `ID`,
 *   which begins with the time.
 * - `ac1.use.KEY`: when an entry was used. It is separate, so that recording a use cannot bring
 *   back an older entry.
 * - `ac1.floor.HASH`, `ac1.note.HASH`: floors and notes, by their hashed names.
 * - `ac1.notes`: the names of all notes.
 *
 * Names have letters, digits and dots only, and at most 100 of them, so that every adapter keeps
 * them apart. Another format has another prefix. A value is a text with JSON, because serialisers
 * and compressions differ in what else they accept.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { NewEntry, StoreTime } from '../store';
import { isTicket } from './tickets';

/** Stands for a record that was not written by the cache, or that cannot be read. */
export const DAMAGED = Symbol('damaged');

/** The text of a record. */
export type Text = string | undefined | typeof DAMAGED;

export const PREFIX = 'ac1.';

const hash = (name: string): string => createHash('sha256').update(name).digest('hex');

export const recordOf = {
  entry: (key: string) => `${PREFIX}entry.${key}`,
  bytes: (key: string, id: string) => `${PREFIX}bytes.${key}.${id}`,
  use: (key: string) => `${PREFIX}use.${key}`,
  floor: (name: string) => `${PREFIX}floor.${hash(name)}`,
  note: (name: string) => `${PREFIX}note.${hash(name)}`,
  notes: `${PREFIX}notes`,
};

/** What the name of a record consists of. Undefined for the name of another record. */
export function partsOf(
  record: string,
): { kind: 'entry' | 'bytes' | 'use'; key: string; id?: string } | undefined {
  const [, kind, key, id] = /^ac1\.(entry|bytes|use)\.([^.]+)(?:\.([^.]+))?$/.exec(record) ?? [];
  return kind === undefined
    ? undefined
    : { kind: kind as 'entry', key: key!, ...(id !== undefined && { id }) };
}

/** The id for the bytes of one put. */
export const newId = (): string => `${Date.now()}x${randomBytes(6).toString('hex')}`;

/** The age of an id by the host's clock, in milliseconds. */
export const ageOfId = (id: string): number => Date.now() - Number(id.split('x')[0]);

export interface Row extends Omit<NewEntry, 'data'> {
  storedAt: StoreTime;
  bytes: number;
  /** The result in base64. A large result has an `id` instead. */
  data?: string;
  id?: string;
  /** When the entry was invalidated. Its result is dropped. */
  goneAt?: StoreTime;
}

/** Parses the text of an entry's record. */
export function toRow(key: string, text: Text): Row | undefined | typeof DAMAGED {
  const row = parsed<Row>(text);
  if (row === undefined || row === DAMAGED) return row;
  const { ticket, startedAt, storedAt, durationMs, bytes, tags } = row;
  const texts = [row.scope, row.namespace, row.activityType, row.version, row.header];
  const sound =
    row.key === key &&
    isTicket(ticket) &&
    [startedAt, storedAt, durationMs, bytes].every(Number.isFinite) &&
    texts.every((each) => typeof each === 'string') &&
    Array.isArray(tags) &&
    tags.every((tag) => typeof tag === 'string');
  return sound ? row : DAMAGED;
}

interface Floor {
  name: string;
  ticket: number;
}

export const floorText = (floor: Floor): string => JSON.stringify(floor);

/** The ticket of a floor, or 0 where there is no floor. */
export function toFloor(name: string, text: Text): number | typeof DAMAGED {
  if (text === undefined) return 0;
  const floor = parsed<Floor>(text);
  return floor !== DAMAGED && floor?.name === name && isTicket(floor.ticket) ? floor.ticket : DAMAGED;
}

/** Parses a text as a JSON object. Whether the members have the right types is not checked. */
export function parsed<T extends object>(text: Text): (Partial<T> & T) | undefined | typeof DAMAGED {
  if (text === undefined || text === DAMAGED) return text;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as T) : DAMAGED;
  } catch {
    return DAMAGED;
  }
}
