/** A store in front of a real one, in which any operation can be made to go wrong. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CacheStore, StoreStats } from 'temporal-activity-cache';
import type {
  Drawn,
  EntryFilter,
  EntryRecord,
  Look,
  NewEntry,
  Note,
  Pruned,
  PruneLimits,
  StoredEntry,
  Subject,
} from 'temporal-activity-cache/store';

export type Operation =
  'look' | 'draw' | 'put' | 'invalidate' | 'touch' | 'stats' | 'prune' | 'note' | 'claim' | 'notes' | 'about';

/** What an operation does instead; `real` is what it would have done. */
export type Fault = (real: () => Promise<unknown>) => unknown;

export class FaultyStore implements CacheStore {
  /** How often each operation was called, well or faulty. */
  readonly calls: Record<Operation, number> = {
    look: 0,
    draw: 0,
    put: 0,
    invalidate: 0,
    touch: 0,
    stats: 0,
    prune: 0,
    note: 0,
    claim: 0,
    notes: 0,
    about: 0,
  };
  private readonly faults = new Map<Operation, Fault>();

  constructor(private readonly real: CacheStore) {}

  get name(): string {
    return `faulty ${this.real.name}`;
  }

  /** From now on, until it heals. */
  fail(fault: Fault, ...operations: Operation[]): this {
    for (const operation of operations) this.faults.set(operation, fault);
    return this;
  }

  heal(): this {
    this.faults.clear();
    return this;
  }

  look(subject: Subject): Promise<Look> {
    return this.do('look', () => this.real.look(subject));
  }

  draw(): Promise<Drawn> {
    return this.do('draw', () => this.real.draw());
  }

  put(entry: NewEntry): Promise<'stored' | 'superseded'> {
    return this.do('put', () => this.real.put(entry));
  }

  invalidate(filter: EntryFilter): Promise<{ entries: number | undefined }> {
    return this.do('invalidate', () => this.real.invalidate(filter));
  }

  touch(keys: readonly string[]): Promise<void> {
    return this.do('touch', () => this.real.touch(keys));
  }

  entries(filter: EntryFilter): AsyncIterable<EntryRecord> {
    return this.real.entries(filter);
  }

  stats(filter: EntryFilter): Promise<StoreStats> {
    return this.do('stats', () => this.real.stats(filter));
  }

  prune(limits: PruneLimits): Promise<Pruned> {
    return this.do('prune', () => this.real.prune(limits));
  }

  note(name: string, text: string | undefined): Promise<void> {
    return this.do('note', () => this.real.note(name, text));
  }

  claim(name: string, text: string): Promise<string> {
    return this.do('claim', () => this.real.claim(name, text));
  }

  notes(prefix: string): Promise<Note[]> {
    return this.do('notes', () => this.real.notes(prefix));
  }

  about(): Promise<Record<string, string>> {
    return this.do('about', () => this.real.about());
  }

  close(): Promise<void> {
    return this.real.close();
  }

  private do<T>(operation: Operation, real: () => Promise<T>): Promise<T> {
    this.calls[operation]++;
    const fault = this.faults.get(operation);
    return fault === undefined ? real() : (fault(real) as Promise<T>);
  }
}

const failure = () => new Error('the disk is on fire');

/** Ways to fail. */
export const throwsAtOnce: Fault = () => {
  throw failure();
};
export const rejects: Fault = async () => {
  throw failure();
};
/** Some drivers do. */
export const rejectsWithText: Fault = () => Promise.reject('no Error, a text'); // eslint-disable-line @typescript-eslint/prefer-promise-reject-errors
export const hangs: Fault = () => new Promise(() => {});
export const answersAfter =
  (ms: number): Fault =>
  async (real) => {
    await sleep(ms);
    return real();
  };

/** Does what was asked, and loses the answer. */
export const losesTheAnswer: Fault = async (real) => {
  await real();
  throw failure();
};

/** Ways to lie. */
export const answers =
  (answer: unknown): Fault =>
  async () =>
    answer;
/** Of `put`: nothing is stored. */
export const pretends = answers('stored');
/** Of `look`: what is found, changed. */
export const finds =
  (change: (found: StoredEntry) => Partial<StoredEntry>): Fault =>
  async (real) => {
    const look = (await real()) as Look;
    return look.found === undefined ? look : { ...look, found: { ...look.found, ...change(look.found) } };
  };

const NO_ANSWERS: unknown[] = [
  undefined,
  null,
  0,
  7,
  NaN,
  '',
  'stored?',
  true,
  [],
  {},
  () => {},
  Symbol('rubbish'),
];
const NO_TICKETS: unknown[] = [NaN, Infinity, 0, -1, 1.5, 2 ** 53, '1', null, undefined, {}, 1n];
const NO_TIMES: unknown[] = [NaN, Infinity, '2026', null, undefined, new Date(), 1n];

/** An object that cannot even be read. */
const thorny = new Proxy(
  {},
  {
    get(_, name) {
      if (name === 'then') return undefined; // or no promise could carry it
      throw failure();
    },
  },
);

/** What is no answer at all, by operation. */
export const RUBBISH: Record<'look' | 'draw' | 'put', unknown[]> = {
  look: [
    ...NO_ANSWERS,
    thorny,
    'found',
    { found: {} },
    { found: null, now: 1 },
    { found: 'entry', now: 1 },
    { found: undefined },
    { why: 'new' },
    { why: 'expired', ticket: 1, now: 1 },
    ...NO_TICKETS.map((ticket) => ({ why: 'new', ticket, now: 1 })),
    ...NO_TIMES.map((now) => ({ why: 'new', ticket: 1, now })),
    ...NO_TIMES.map((now) => ({ found: { header: '', data: new Uint8Array() }, now })),
  ],
  draw: [
    ...NO_ANSWERS,
    thorny,
    ...NO_TICKETS.map((ticket) => ({ ticket, now: 1 })),
    ...NO_TIMES.map((now) => ({ ticket: 1, now })),
  ],
  put: [...NO_ANSWERS, thorny, 'STORED', { stored: true }, ['stored']],
};
