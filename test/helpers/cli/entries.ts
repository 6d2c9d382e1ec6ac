/** Entries as Workers store them, with all that is said of them given. */
import { createHash } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { CacheStore } from 'temporal-activity-cache';
import { encodeEntry } from '../../../src/entry';

export interface Seed {
  activityType: string;
  /** What the key is made of, here. */
  input: string;
  value?: unknown;
  /** Instead of the value. */
  payload?: Payload;
  version?: string;
  scope?: string;
  namespace?: string;
  tags?: string[];
  durationMs?: number;
  /** When `prune` may take it. */
  keepUntil?: number;
  ttlMs?: number;
  workflowId?: string;
  inputs?: Record<string, string>;
  secret?: string;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

export const digestOf = (text: string): string => sha256(text).slice(0, 32);

export const keyOf = ({
  scope = '',
  activityType,
  input,
}: Pick<Seed, 'scope' | 'activityType' | 'input'>): string => sha256([scope, activityType, input].join('/'));

/**
 * @param ran - told how long the execution ran, before it is stored
 * @returns the key
 */
export async function seed(
  store: CacheStore,
  { value, payload, secret, ...of }: Seed,
  ran: (ms: number) => void = () => {},
): Promise<string> {
  const { scope = '', namespace = 'default', version = digestOf('source'), tags = [] } = of;
  const { activityType, durationMs = 1234.5, keepUntil, ttlMs, inputs = { input: digestOf(of.input) } } = of;
  const key = keyOf(of);
  const { ticket, now: startedAt } = await store.draw();
  const origin = {
    workflowId: of.workflowId ?? 'ml-pipeline/exp-001',
    runId: '019a0f3c-7d1e-7c55-9a53-4b7c2f0d1a2b',
  };
  const parts = Object.fromEntries(
    ['namespace', 'scope', 'activityType', 'signature', 'version', 'salt', 'vary', 'inputs'].map((part) => [
      part,
      digestOf(part === 'inputs' ? of.input : `${part} of ${activityType} ${version}`),
    ]),
  );
  const facts = { key, activityType, version, tags, ticket, startedAt, durationMs, ...(ttlMs && { ttlMs }) };
  const { header, data } = encodeEntry(
    { ...facts, origin: { ...origin, activityId: '5', namespace, attempt: 1 }, parts, inputs },
    payload ?? defaultPayloadConverter.toPayload(value ?? { of: of.input }),
    secret,
  );
  ran(durationMs);
  await store.put({ ...facts, scope, namespace, keepUntil, header, data });
  return key;
}
