/** Lets as many calls run as the server gives connections. The others wait until one is free. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';

/** The errors of the server's limit, of the limit of a role or a database, and of PgBouncer's. */
const isOneTooMany = (error: unknown): boolean =>
  (error as { code?: string }).code === '53300' || /no more connections allowed/.test(String(error));

/**
 * How long the number of connections stays limited, before a call tries whether the server gives
 * more.
 */
const NARROW_MS = 30_000;
/** How long a call waits before it tries again, if the server gives no connection at all. */
const ASK_AGAIN_MS = 50;

export class Turnstile {
  /** The pool has the password. Private fields are not printed with their object. */
  readonly #pool: Pool;
  private connected: number;
  private width = Infinity;
  private narrowedAt = 0;
  private inside = 0;
  private readonly waiting = new Set<() => void>();
  private readonly more = (): void => void this.connected++;
  private readonly fewer = (): void => void this.connected--;

  /** @param patienceMs - how long a call waits for a connection. 0 means for ever */
  constructor(
    pool: Pool,
    private readonly patienceMs: number,
  ) {
    this.#pool = pool;
    this.connected = pool.totalCount;
    pool.on('connect', this.more).on('remove', this.fewer);
  }

  /** @throws the error of `work`, and the server's error if it gives no connection in time */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const until = this.patienceMs === 0 ? Infinity : performance.now() + this.patienceMs;
    for (;;) {
      await this.enter(until);
      try {
        return await work();
      } catch (error) {
        if (!isOneTooMany(error) || performance.now() > until) throw error; // the statement was never sent
        this.width = Math.max(1, this.connected);
        this.narrowedAt = performance.now();
        if (this.connected === 0) await sleep(ASK_AGAIN_MS);
      } finally {
        this.leave();
      }
    }
  }

  end(): void {
    this.#pool.off('connect', this.more).off('remove', this.fewer);
  }

  private async enter(until: number): Promise<void> {
    if (performance.now() - this.narrowedAt > NARROW_MS) this.width = Infinity;
    if (this.inside < this.width) return void this.inside++;
    await new Promise<void>((resolve, reject) => {
      const timer =
        until === Infinity ? undefined : setTimeout(() => fail(), Math.max(1, until - performance.now()));
      const pass = () => {
        clearTimeout(timer);
        this.waiting.delete(pass);
        this.inside++;
        resolve();
      };
      const fail = () => {
        this.waiting.delete(pass);
        reject(new Error(`no connection was free within ${this.patienceMs} ms`));
      };
      this.waiting.add(pass);
    });
  }

  private leave(): void {
    this.inside--;
    for (const pass of this.waiting) {
      if (this.inside >= this.width) return;
      pass();
    }
  }
}
