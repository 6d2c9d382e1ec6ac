/**
 * A store as the cache uses it: bounded in time, left alone for a while after repeated failures, its answers checked.
 * The breaker is cockatiel's: small, typed, no dependencies, kept for years.
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

/** With a try that gets no answer for 2 seconds, about one call in 10 seconds waits for a store that is dead. */
const REST_MS = 8_000;

/** Node fires a timer of more at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class GuardedStore {
  // Apart, so that a store that still answers look-ups but hangs on writes (a full disk, a lock) is left alone too;
  // and so that what nobody waits for keeps no result from being stored.
  private readonly reading = newBreaker();
  private readonly writing = newBreaker();
  private readonly noting = newBreaker();
  private readonly uses = new UseLog((keys) => this.try('touch', () => this.store.touch(keys)));

  /**
   * @param timeoutMs - how long a call may spend reading, and again how long writing
   * @param onError - told of every operation that failed, did not answer in time, or was not tried
   */
  constructor(
    private readonly store: CacheStore,
    private readonly timeoutMs: number,
    private readonly onError: (operation: StoreOperation, error: CacheStoreError) => void,
    /** Then nothing is told to the store, and no ticket is drawn. */
    readonly readsOnly = false,
  ) {}

  get name(): string {
    return this.store.name;
  }

  /** The end of a new span of `timeoutMs`, for operations that share one. */
  deadline(): number {
    return performance.now() + this.timeoutMs;
  }

  /** @throws {CacheStoreError} like the other operations, and nothing else */
  look(subject: Subject, deadline: number): Promise<Look> {
    return this.call(
      'look',
      deadline,
      () => this.store.look(subject),
      (look) => isLook(look, this.readsOnly),
    );
  }

  /** Of many subjects, which entry of each counts. */
  check(subjects: readonly Subject[], deadline: number): Promise<Checked> {
    const { store } = this;
    const check = () => store.check?.(subjects) ?? lookAtEach(store, subjects);
    return this.call('look', deadline, check, isChecked(subjects.length));
  }

  draw(deadline: number): Promise<Drawn> {
    return this.call('draw', deadline, () => this.store.draw(), isDrawn);
  }

  /** For an execution that did not take what was found at `now`. */
  async drawAfter({ now }: { now: StoreTime }, deadline: number): Promise<Drawn> {
    return this.readsOnly ? { ticket: NO_TICKET, now } : this.draw(deadline);
  }

  put(entry: NewEntry): Promise<'stored' | 'superseded'> {
    const isOutcome = (answer: unknown) => answer === 'stored' || answer === 'superseded';
    return this.call('put', this.deadline(), () => this.store.put(entry), isOutcome);
  }

  /** A hit. It is told to the store some time later. */
  used(key: string): void {
    if (!this.readsOnly) this.uses.used(key);
  }

  /** Never rejects: what fails is told as of any operation. */
  async note(name: string, text: string | undefined): Promise<void> {
    if (!this.readsOnly) await this.try('note', () => this.store.note(name, text));
  }

  /** @throws {CacheStoreError} */
  claim(name: string, text: string): Promise<string> {
    return this.call('note', this.deadline(), () => this.store.claim(name, text), (kept) => typeof kept === 'string'); // prettier-ignore
  }

  notes(prefix: string): Promise<Note[]> {
    return this.call('notes', this.deadline(), () => this.store.notes(prefix), Array.isArray);
  }

  /** Tells the store what was not told yet. Never rejects. */
  flush(): Promise<void> {
    return this.uses.flush();
  }

  private async try(operation: StoreOperation, run: () => Promise<void>): Promise<void> {
    await this.call(operation, this.deadline(), run, () => true).catch(() => undefined); // told by `call`
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
      // While one call tries whether the store is back, the others are not to wait with it, as cockatiel lets them.
      if (breaker.state === CircuitState.HalfOpen) throw new BrokenCircuitError();
      return await breaker.execute(async () => {
        const answer = await inTime(run(), deadline);
        if (!isValid(answer)) throw new Error('it answered with something that is no answer');
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
 * What a database says of the data that it was given: no word about its health, so that no call is left without the store for the sake of another one's data.
 * SQLSTATE 22 is data that is no such data, 54 is too much of it.
 */
const isAboutData = (error: unknown): boolean =>
  /^((22|54)[0-9A-Z]{3}|SQLITE_(TOOBIG|MISMATCH|CONSTRAINT)\w*)$/.test(
    String((error as { code?: unknown } | undefined)?.code),
  );

/** Rejects at `deadline`; what the store answers later is dropped. */
async function inTime<T>(answer: Promise<T>, deadline: number): Promise<T> {
  const began = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        // After a blocked event loop the timer fires before an answer that is already there: one I/O turn for it.
        void setImmediate().then(() =>
          reject(new Error(`no answer within ${Math.round(performance.now() - began)} ms`)),
        );
      },
      Math.min(Math.max(0, deadline - began), LONGEST_TIMER_MS),
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

/** @param readsOnly - a miss has no ticket */
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
