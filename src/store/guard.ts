/**
 * A store as the cache uses it. Each operation has a timeout, each answer is checked, and after
 * repeated failures the store is not asked for a while. The circuit breaker is cockatiel's, which
 * is small, typed and without dependencies.
 */
import { setImmediate } from 'node:timers/promises';
import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
} from 'cockatiel';
import { CacheStoreError } from '../errors';
import {
  type CacheStore,
  type Checked,
  type Drawn,
  type Look,
  type NewEntry,
  NO_TICKET,
  type Note,
  type StoreTime,
  type Subject,
} from './store';
import { lookAtEach } from './look-at-each';
import { UseLog } from './use-log';

export type StoreOperation = 'look' | 'draw' | 'put' | 'touch' | 'note' | 'notes';

const FAILURES_BEFORE_REST = 3;

/**
 * With 2 seconds for an attempt without an answer, one call in about 10 seconds waits for a dead
 * store.
 */
const REST_MS = 8_000;

/** Node fires a timer with a longer delay immediately. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

export class GuardedStore {
  // The breakers are separate: a store may answer look-ups and hang on writes (a full disk, a
  // lock), and a failure of notes, which no call waits for, must not keep a result from being
  // stored.
  private readonly reading = newBreaker();
  private readonly writing = newBreaker();
  private readonly noting = newBreaker();
  private readonly uses = new UseLog((keys) => this.try('touch', () => this.store.touch(keys)));

  /**
   * @param timeoutMs - how long a call may spend reading, and again how long writing
   * @param onError - is called for every operation that failed, timed out, or was not tried
   */
  constructor(
    private readonly store: CacheStore,
    private readonly timeoutMs: number,
    private readonly onError: (operation: StoreOperation, error: CacheStoreError) => void,
    /** If true, nothing is written to the store and no ticket is drawn. */
    readonly readsOnly = false,
  ) {}

  get name(): string {
    return this.store.name;
  }

  /** The end of a new span of `timeoutMs`, for operations that share one. */
  deadline(): number {
    return performance.now() + this.timeoutMs;
  }

  /** @throws {CacheStoreError} for every failure, like the other operations */
  look(subject: Subject, deadline: number): Promise<Look> {
    return this.call(
      'look',
      deadline,
      () => this.store.look(subject),
      (look) => isLook(look, this.readsOnly),
    );
  }

  /** Finds which entry of each subject counts. */
  check(subjects: readonly Subject[], deadline: number): Promise<Checked> {
    const { store } = this;
    const check = () => store.check?.(subjects) ?? lookAtEach(store, subjects);
    return this.call('look', deadline, check, isChecked(subjects.length));
  }

  draw(deadline: number): Promise<Drawn> {
    return this.call('draw', deadline, () => this.store.draw(), isDrawn);
  }

  /** Draws a ticket for an execution that did not use the entry found at `now`. */
  async drawAfter({ now }: { now: StoreTime }, deadline: number): Promise<Drawn> {
    return this.readsOnly ? { ticket: NO_TICKET, now } : this.draw(deadline);
  }

  put(entry: NewEntry): Promise<'stored' | 'superseded'> {
    const isOutcome = (answer: unknown) => answer === 'stored' || answer === 'superseded';
    return this.call('put', this.deadline(), () => this.store.put(entry), isOutcome);
  }

  /** Records a hit, which is written to the store some time later. */
  used(key: string): void {
    if (!this.readsOnly) this.uses.used(key);
  }

  /** Never rejects: `onError` gets the failure, as for any operation. */
  async note(name: string, text: string | undefined): Promise<void> {
    if (!this.readsOnly) await this.try('note', () => this.store.note(name, text));
  }

  /** @throws {CacheStoreError} */
  claim(name: string, text: string): Promise<string> {
    const isText = (kept: unknown) => typeof kept === 'string';
    return this.call('note', this.deadline(), () => this.store.claim(name, text), isText);
  }

  notes(prefix: string): Promise<Note[]> {
    return this.call('notes', this.deadline(), () => this.store.notes(prefix), Array.isArray);
  }

  /** Writes the recorded hits to the store. Never rejects. */
  flush(): Promise<void> {
    return this.uses.flush();
  }

  private async try(operation: StoreOperation, run: () => Promise<void>): Promise<void> {
    // `call` has reported it.
    await this.call(operation, this.deadline(), run, () => true).catch(() => undefined);
  }

  private breakerOf(operation: StoreOperation): CircuitBreakerPolicy {
    if (operation === 'put') return this.writing;
    return operation === 'look' || operation === 'draw' ? this.reading : this.noting;
  }

  private async call<T>(
    operation: StoreOperation,
    deadline: number,
    run: () => Promise<T>,
    isValid: (answer: unknown) => boolean,
  ): Promise<T> {
    const breaker = this.breakerOf(operation);
    try {
      // While one call tries whether the store is back, cockatiel would let the others wait with
      // it.
      if (breaker.state === CircuitState.HalfOpen) throw new BrokenCircuitError();
      return await breaker.execute(async () => {
        const answer = await inTime(run(), deadline);
        if (!isValid(answer)) throw new Error('its answer is invalid');
        return answer;
      });
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      const error = new CacheStoreError(`Store ${operation} failed [store=${this.store.name}]: ${why}`, {
        cause,
      });
      this.onError(operation, error);
      throw error;
    }
  }
}

const newBreaker = (): CircuitBreakerPolicy =>
  circuitBreaker(
    handleWhen((error) => !isAboutData(error)),
    {
      breaker: new ConsecutiveBreaker(FAILURES_BEFORE_REST),
      halfOpenAfter: REST_MS,
    },
  );

/**
 * Whether an error is about the data that the database was given. Such an error says nothing about
 * the health of the database, and must not open the breaker for other calls. SQLSTATE class 22 is
 * invalid data, and class 54 is too much data.
 */
const isAboutData = (error: unknown): boolean =>
  /^((22|54)[0-9A-Z]{3}|SQLITE_(TOOBIG|MISMATCH|CONSTRAINT)\w*)$/.test(
    String((error as { code?: unknown } | undefined)?.code),
  );

/** Rejects at `deadline`. A later answer of the store is dropped. */
async function inTime<T>(answer: Promise<T>, deadline: number): Promise<T> {
  const began = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        // After a blocked event loop the timer fires before an answer that has already arrived, so
        // the answer gets one I/O turn.
        void setImmediate().then(() =>
          reject(new Error(`no answer within ${Math.round(performance.now() - began)} ms`)),
        );
      },
      Math.min(Math.max(0, deadline - began), MAX_TIMER_MS),
    );
  });
  try {
    return await Promise.race([answer, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

const isDrawn = (answer: unknown): answer is Drawn => {
  const { ticket, now } = (answer ?? {}) as Partial<Drawn>;
  return Number.isSafeInteger(ticket) && ticket! > NO_TICKET && Number.isFinite(now);
};

const isChecked =
  (count: number) =>
  (answer: unknown): boolean => {
    const { standing, now } = (answer ?? {}) as Partial<Checked>;
    const isStanding = (one: Checked['standing'][number]) =>
      one === undefined || Number.isFinite(one?.ticket);
    return Number.isFinite(now) && standing?.length === count && standing.every(isStanding);
  };

/** @param readsOnly - if true, a miss has no ticket */
const isLook = (answer: unknown, readsOnly: boolean): boolean => {
  const { found, why, now, ticket } = (answer ?? {}) as {
    found?: unknown;
    why?: unknown;
    now?: unknown;
    ticket?: unknown;
  };
  if (found !== undefined) return typeof found === 'object' && found !== null && Number.isFinite(now);
  const isWhy = why === 'new' || why === 'invalidated';
  return isWhy && (readsOnly ? ticket === NO_TICKET && Number.isFinite(now) : isDrawn(answer));
};
