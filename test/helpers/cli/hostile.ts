/** What others may have called their scopes, types, tags and queues, and a store and a server that are full of it. */
import fc from 'fast-check';
import type { CacheStore, SqliteStore } from 'temporal-activity-cache';
import type { Temporal } from '../../../src/cli/temporal';
import { IDENTITY, WORKERS } from '../../../src/wire/names';
import type { CacheFile } from './cache-file';
import { serverOf } from './history';
import { IDENTITY_TEXT, withReservations } from './reservations';

/** Sets a title, conceals, clears, turns the direction of text around, breaks a line. None is a sequence of the program's own. */
const DANGEROUS = [
  '\u001b]0;pwned\u0007',
  '\u001b[8m',
  '\u001b[3J',
  '\u001bc',
  '\u009b8m',
  '\u009d0;pwned\u009c',
  '\u0085',
  'a\rb',
  'a\bb',
  '\u007f',
  '\u202e',
  '\u2066',
  '\u200f',
  '\u061c',
  '\u2028',
  '\u2029',
  '\nINJECTED',
];

/** Each holds `NAME`, so that a test sees that it was printed. */
export const hostile = fc
  .array(fc.constantFrom(...DANGEROUS, 'x', 'é', '😀'), { minLength: 1, maxLength: 4 })
  .map((pieces) => `NAME${pieces.join('')}`)
  .filter((text) => DANGEROUS.some((piece) => text.includes(piece)));

/** All that an entry says of itself is `name`; `scopes` of them are different. @returns the keys */
export async function seedHostile(cache: CacheFile, name: string, scopes = 1): Promise<string[]> {
  const encoding = (text: string) => ({ encoding: Buffer.from(text) });
  const payloads = [
    { metadata: encoding('json/plain'), data: Buffer.from(JSON.stringify({ [name]: [name] })) },
    { metadata: encoding('binary/plain'), data: Buffer.from(name) },
    { metadata: encoding(name), data: Buffer.from(name) },
  ];
  return cache.seed(
    ...payloads.map((payload, i) => ({
      activityType: name,
      input: String(i),
      payload,
      version: name,
      scope: `${name}${i % scopes}`,
      namespace: `${name}${i % scopes}`,
      tags: [name],
      workflowId: name,
      inputs: { [name]: name },
      keepUntil: cache.now,
    })),
  );
}

export async function noteHostile(store: SqliteStore, name: string): Promise<void> {
  const of = {
    version: name,
    identity: name,
    taskQueue: name,
    namespace: name,
    interceptor: false,
    since: '',
  };
  await store.note(`${WORKERS}1`, JSON.stringify({ ...of, scope: name }));
  await store.note(`${WORKERS}2`, JSON.stringify({ ...of, scope: `${name}2` }));
  await store.claim(IDENTITY, IDENTITY_TEXT);
}

/** Knows the run `name`, and reservations that do not go on. @param polledMsAgo - Infinity: for the reason that nobody polls */
export function hostileServer(name: string, polledMsAgo = Infinity): Temporal {
  const origin = { workflowId: name, runId: name, activityId: name };
  const of = { activityType: name, activityId: name, key: name, version: name, origin };
  const rows = [
    { ...of, status: 'hit' as const, storedAt: '2026-03-01T11:00:00Z' },
    { ...of, status: 'bypassed' as const, reason: 'unkeyable' as const, detail: name },
  ];
  const reservation = {
    activityType: name,
    key: name,
    scope: name,
    holder: name,
    forMs: 60_000,
    pendingMs: 60_000,
  };
  const others = { ...reservation, scope: `${name}2`, taskQueue: name };
  const temporal = withReservations(serverOf(name, rows), [reservation, others], polledMsAgo);
  const listed = temporal.client.workflow.list.bind(temporal.client.workflow);
  Object.assign(temporal.client.options, { namespace: name });
  Object.assign(temporal.client.workflowService, {
    getSystemInfo: async () => ({ serverVersion: name }),
    describeNamespace: async () => ({}),
  });
  Object.assign(temporal.client.workflow, {
    list: (options: { query: string }) =>
      options.query.includes('TemporalChangeVersion') ? patched(name) : listed(options),
  });
  return { ...temporal, address: name };
}

async function* patched(name: string) {
  yield { taskQueue: name, searchAttributes: { TemporalChangeVersion: [`activity-cache/${name}`] } };
}

/** Whatever it is asked, it fails with `name`. */
export const failingWith = (name: string): CacheStore =>
  new Proxy({} as CacheStore, {
    get: (_, property) => {
      if (property === 'name') return name;
      if (property === 'then') return undefined; // it is no promise
      if (property === 'close') return async () => {};
      if (property === 'limits') return [name];
      const fails = async (): Promise<never> => {
        throw new Error(name);
      };
      return property === 'entries' ? () => ({ [Symbol.asyncIterator]: () => ({ next: fails }) }) : fails;
    },
  });
