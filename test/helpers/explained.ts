/** Seeded changes of one part of a key each: what is explained is that part, whatever the store. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import {
  cached,
  type CacheOptions,
  type CachePluginOptions,
  environment,
  files,
  functionBody,
  reachableCode,
} from 'temporal-activity-cache';
import type { CacheStore } from 'temporal-activity-cache/store';
import { Explainer } from '../../src/explain/explain';
import { MockWorker } from './mock';

interface Setting {
  /** What the function captures. */
  factor: number;
  options: CacheOptions;
  plugin: CachePluginOptions;
  args: unknown[];
  namespace: string;
  headers: Record<string, Payload>;
}

interface Change {
  /** What is explained. */
  item: string | RegExp;
  make(setting: Setting, random: () => number): void;
}

const folder = mkdtempSync(join(tmpdir(), 'explained-'));
const prompt = join(folder, 'prompt.md');
const scaledBy = (factor: number) => async (data: { rows?: number[] }, params: object) => {
  return [data, params, factor];
};

const atDepth = (depth: number, change: unknown): unknown =>
  depth === 0 ? change : { deep: atDepth(depth - 1, change), same: depth };
const policies = () => [functionBody(), reachableCode(), environment('EXPLAINED'), files(prompt)];

/** @param random - the other values, which are the same before the change and after it */
function settingOf(random: () => number): Setting {
  writeFileSync(prompt, 'one');
  process.env.EXPLAINED = 'one';
  const depth = Math.floor(random() * 4);
  return {
    factor: 2,
    options: { policies: policies() },
    plugin: { vary: ['tenant'] },
    args: [{ rows: [1, 2, Math.floor(random() * 100)] }, atDepth(depth, { rate: random() })],
    namespace: 'default',
    headers: { tenant: defaultPayloadConverter.toPayload('a') },
  };
}

const CHANGES: Record<string, Change> = {
  scope: { item: 'scope', make: (setting) => (setting.plugin.scope = 'other') },
  namespace: { item: 'namespace', make: (setting) => (setting.namespace = 'other') },
  salt: { item: 'salt', make: (setting) => (setting.options = { ...setting.options, salt: 'other' }) },
  signature: {
    item: 'signature',
    make: (setting) => (setting.options = { ...setting.options, signature: 'other' }),
  },
  vary: {
    item: 'vary',
    make: (setting) => (setting.headers = { tenant: defaultPayloadConverter.toPayload('b') }),
  },
  'a variable of the environment': {
    item: 'version · environment · EXPLAINED',
    make: () => (process.env.EXPLAINED = 'two'),
  },
  'a file': {
    item: /^version · files .*prompt\.md · .*prompt\.md$/,
    make: () => writeFileSync(prompt, `two ${'longer'}`),
  },
  'a captured value': {
    item: /^version · reachableCode · .*factor$/,
    make: (setting) => (setting.factor = 3),
  },
  'a member of the first argument': {
    item: 'inputs · data.rows.1',
    make: (setting) => ((setting.args[0] as { rows: number[] }).rows[1] = 7),
  },
  'a new member': {
    item: 'inputs · data.more',
    make: (setting) => Object.assign(setting.args[0] as object, { more: true }),
  },
  'a member at some depth': {
    item: /^inputs · params(\.deep)*\.rate$/,
    make: (setting) => {
      let at = setting.args[1] as { deep?: any; rate?: number };
      while (at.deep !== undefined) at = at.deep as typeof at;
      at.rate = -1;
    },
  },
};

/** A generator of numbers from 0 to 1 that a seed determines (mulberry32). */
function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const workerOf = ({ factor, options, plugin, namespace }: Setting, store: CacheStore) =>
  new MockWorker({ f: cached(options, scaledBy(factor)) }, { ...plugin, store }, { namespace });

/** @returns for each of so many changes: what it was, and what was explained where that is not it */
export async function wronglyExplained(
  newStore: () => CacheStore | Promise<CacheStore>,
  changes: number,
): Promise<{ seed: number; change: string; items: string[] }[]> {
  const wrong: { seed: number; change: string; items: string[] }[] = [];
  const names = Object.keys(CHANGES);
  for (let seed = 0; seed < changes; seed++) {
    const name = names[seed % names.length]!;
    const { item, make } = CHANGES[name]!;
    const store = await newStore();
    const before = settingOf(seeded(seed));
    const info = { activityId: '1', attempt: 1 };
    const run = async (setting: Setting, runId: string, workflowType = 'w') => {
      const worker = workerOf(setting, store);
      const told = { ...info, workflowType, workflowExecution: { workflowId: runId, runId } };
      await worker.callWith({ headers: setting.headers, info: told }, 'f', ...setting.args);
      return { worker, key: worker.told.at(-1)!.key };
    };
    await run(before, 'first');
    const decoy = { ...before, args: ['x', 'y'], options: { ...before.options, salt: 'decoy' } };
    await run(decoy, 'decoy', 'another Workflow');
    const after = settingOf(seeded(seed));
    make(after, seeded(seed + 1));
    const { worker } = await run(after, 'second');
    let key = '';
    for await (const entry of worker.plugin.entries()) if (entry.origin?.runId === 'second') key = entry.key;
    // As the command line, which sees all scopes and namespaces.
    const explained = await new Explainer(store).key(key);
    const items = explained.differences.map((difference) => difference.item);
    const fits = items.length === 1 && (typeof item === 'string' ? items[0] === item : item.test(items[0]!));
    const chosen = /^(signature|version)\b/.test(items[0]!) ? 'same inputs' : 'same call';
    if (!fits || explained.against?.chosen !== chosen) wrong.push({ seed, change: name, items });
    await store.close();
  }
  return wrong;
}
