/**
 * Tests which operations a store permits, and how fast it answers. The test uses one entry in a
 * scope of its own, and removes it afterwards.
 */
import { createHash } from 'node:crypto';
import type { CacheStore, NewEntry, Subject } from '../../store/store';
import { formatDuration } from '../format';
import { answered, type Check, failed, messageOf, ok, warning } from './check';
import { fixOf } from '../fixes';

/** The scope that only the test uses. */
export const TRIAL_SCOPE = 'activity-cache doctor';

/** The number of calls per operation. Fewer calls are made once they take {@link LONG_MS}. */
const CALLS = 20;
const LONG_MS = 1_000;

/** The latency above which a look-up costs a call more than most calls gain. */
const SLOW_MS = 250;

/** Always the same key, so that any number of tests leaves only one invalidated key behind. */
const SUBJECT: Subject = {
  key: createHash('sha256').update(TRIAL_SCOPE).digest('hex'),
  scope: TRIAL_SCOPE,
  namespace: '',
  activityType: 'doctor',
  version: '',
};

export async function tryStore(store: CacheStore): Promise<Check[]> {
  const took: Record<string, number[]> = {};
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const answer = await answered(work);
    (took[name] ??= []).push(performance.now() - began);
    return answer;
  };
  const repeated = async (work: () => Promise<unknown>) => {
    const began = performance.now();
    for (let i = 0; i < CALLS && performance.now() - began < LONG_MS; i++) await work();
  };
  const read = () => repeated(() => timed('look', () => store.look(SUBJECT)));
  const write = () =>
    repeated(async () => {
      const { ticket, now } = await timed('draw', () => store.draw());
      await timed('put', () => store.put(entryOf(ticket, now)));
    });
  const rights = [
    await right('read', read),
    await right('write', write),
    await right('invalidate', () => store.invalidate({ scope: TRIAL_SCOPE })),
    await right('list', () => store.entries({ scope: TRIAL_SCOPE })[Symbol.asyncIterator]().next()),
  ];
  return [permissions(rights), ...latency(took)];
}

/** The entry. If the process ends before the entry is removed, the next `prune` removes it. */
const entryOf = (ticket: number, now: number): NewEntry => ({
  ...SUBJECT,
  tags: [],
  ticket,
  startedAt: now,
  durationMs: 0,
  keepUntil: now,
  header: '',
  data: new Uint8Array(1024),
});

interface Right {
  name: string;
  problem?: string;
}

async function right(name: string, work: () => Promise<unknown>): Promise<Right> {
  try {
    await answered(work);
    return { name };
  } catch (error) {
    return { name, problem: messageOf(error) };
  }
}

function permissions(rights: readonly Right[]): Check {
  const refused = rights.filter(({ problem }) => problem !== undefined);
  if (refused.length === 0) return ok('permissions', 'may read, write, invalidate and list');
  const may = rights.filter(({ problem }) => problem === undefined).map(({ name }) => name);
  const { problem } = refused[0]!;
  const seen = `${may.length > 0 ? `may ${may.join(', ')}; ` : ''}may not ${refused.map(({ name }) => name).join(', ')}: ${problem}`;
  if (refused.every(({ name }) => name === 'list')) {
    return warning(
      'permissions',
      seen,
      'Workers do without; ls, stats, prune, and rm but for whole keys, need another store',
    );
  }
  return failed('permissions', seen, fixOf(problem!));
}

function latency(took: Record<string, number[]>): Check[] {
  const medians = Object.entries(took).map(([name, all]) => [name, median(all)] as const);
  if (medians.length === 0) return [];
  const seen = `${medians.map(([name, ms]) => `${name} ${formatDuration(ms)}`).join(', ')} (medians)`;
  if (medians.every(([, ms]) => ms < SLOW_MS)) return [ok('latency', seen)];
  return [
    warning(
      'latency',
      seen,
      'bring the store nearer to the Workers: each cached call asks it before it runs',
    ),
  ];
}

const median = (all: readonly number[]): number => all.toSorted((a, b) => a - b)[all.length >> 1]!;
