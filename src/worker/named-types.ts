/**
 * Finds misspelt types in the plugin's option `activities`: types that no Worker of the process
 * has.
 */
import type { Logger } from '@temporalio/common';
import { FALLBACK } from '../dependencies/publication';
import { nearestTo } from '../options/spelling';

/** A process may create several Workers, one after the other. */
const OTHER_WORKERS_MS = 5_000;

export class NamedTypes {
  private readonly known = new Set<string>();
  private readonly unwarned: Set<string>;
  private timer?: NodeJS.Timeout;
  private logger?: Pick<Logger, 'warn'>;

  constructor(named: Iterable<string>) {
    this.unwarned = new Set(named);
  }

  /** Adds the Activities of a Worker, which may be started later. */
  add(types: Iterable<string>): void {
    for (const type of types) this.known.add(type);
  }

  /** A Worker that has Activities starts. Types that are still unknown a moment later are named. */
  begin(logger: Pick<Logger, 'warn'>): void {
    this.logger = logger;
    if (this.unknown.length > 0) this.timer ??= setTimeout(() => this.warn(), OTHER_WORKERS_MS).unref();
  }

  /** Names the unknown types, each of them once. A Worker calls it at its end. */
  warn(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { unknown } = this;
    if (this.logger === undefined || unknown.length === 0) return;
    for (const type of unknown) this.unwarned.delete(type);
    const named = unknown.map((type) => {
      const nearest = nearestTo(type, [...this.known]);
      return `'${type}'${nearest === undefined ? '' : ` (did you mean '${nearest}'?)`}`;
    });
    this.logger.warn(
      `activity cache: the plugin's 'activities' name types that no Worker of this process has, so these options have no effect here: ${named.join(', ')}. Correct the names, or remove those that other processes run`,
      { types: unknown },
    );
  }

  private get unknown(): string[] {
    // This Activity answers calls of any type.
    if (this.known.has(FALLBACK)) return [];
    return [...this.unwarned].filter((type) => !this.known.has(type));
  }
}
