/**
 * Reports the outcome of a call: to the log, to the metrics, and to the interceptor that labels the
 * result.
 */
import type { Context } from '@temporalio/activity';
import type { Logger, MetricMeter } from '@temporalio/common';
import type { Runtime } from '@temporalio/worker';
import { shortKey } from '../key/key';
import { CALL, CONTROL } from '../wire/names';
import { Metrics } from './metrics';
import { inTenths, type Outcome } from '../wire/outcome';
import type { StoreOperation } from '../store/guard';

/**
 * What can go wrong with caching an Activity, and how to fix it. Each is logged once per Activity
 * type.
 */
const FIXES = {
  unkeyable: "exclude the value with 'ignoredInputs', or replace it with 'hashInputs' or 'key'",
  'policy-error':
    "fix the invalid option, or the policy, 'key', 'hashInputs' or 'tags' function that threw, or returned nothing. Until then the Activity runs each time",
  undeclared:
    "the call site asks for the cache, and this Activity is not declared: wrap it by cached(), name it in the plugin's 'activities', or give a 'behavior' or 'version' at the call site. Until then it runs each time. If it should, leave 'cache' out at the call site, or declare it by cached('disable', fn)",
  'undeclared-workflow':
    "the start gives options for caching this Workflow, such as 'ttl', and nothing says that it is cached: add a 'version' or behavior: 'auto' to them, or wrap the Workflow by cachedWorkflow(). Until then it runs each time",
  'cache-if': "fix the 'cacheIf' function that threw, or returned nothing. Until then nothing is stored",
  'hit-if':
    "fix the 'hitIf' function that threw, or returned nothing. Until then the Activity runs each time",
  'unknown-versions':
    'the result of this Workflow is not stored, because the version of something that it used is not known. The report of the run names it, and says how to make it known',
  pieces:
    "fix the 'getPieces' function of the policy. Until then a miss is explained by the policy as a whole",
  'too-large': "return a reference to the value, or raise 'maxValueBytes'",
  'store-error': 'check that the store is reachable and healthy. Until then the Activity runs each time',
  control: `the header '${CONTROL}' is ignored: send JSON like {"mode":"overwrite"}`,
  'control-field': `a field of the header '${CONTROL}' is ignored: its fields are 'mode' and 'activities'`,
  call: `the header '${CALL}' is ignored: only this package may send it`,
  undecodable:
    'give this Worker the data converter and codecs of the Worker that stored the value. Until then the Activity runs each time',
  unencodable:
    'the result is not stored: the data converter cannot encode it, or cannot encode it again once it is decoded',
} as const;

const RESERVATION_FIX =
  'check that this process may start and signal Workflows, and that it can reach the store. Until then calls do not wait for one another';

const WORKER_FIX =
  'this Worker could not write to the store what it runs, or that it has ended: check that its files exist and that the store is reachable';

const UNSEEN_FIX =
  'the data of some instances, or code that is computed. Where a result depends on it, add a policy that names it, or a version of your own (logged once)';

const LOST_FIX =
  'their functions wrap functions that cached() has given options, and a wrapper does not have the options of what it wraps. Put cached() around the outermost function. An arrow function needs no bind()';

export type Fault = keyof typeof FIXES;

export class Reporter {
  private readonly outcomes = new WeakMap<Context, Outcome>();
  private readonly warned = new Set<string>();
  private readonly waiting = new Map<string, number>();
  private meter?: MetricMeter;
  /**
   * The logger is kept because after the last Worker its Runtime is gone, and asking for it would
   * create another one.
   */
  private logger?: Logger;
  private workerMetrics?: Metrics;
  private readonly mockMetrics = new WeakMap<MetricMeter, Metrics>();

  /**
   * Creates instruments once per meter. The meter is that of the process, which has a new one after
   * its Runtime was shut down. Before the first one exists (in mocks) the meter of the call is
   * used.
   */
  use({ metricMeter: meter, logger }: Pick<Runtime, 'logger' | 'metricMeter'>): void {
    if (meter !== this.meter) this.workerMetrics = new Metrics(meter);
    this.meter = meter;
    this.logger = logger;
  }

  metrics(context: Context): Metrics {
    if (this.workerMetrics !== undefined) return this.workerMetrics;
    const meter = context.metricMeter;
    let metrics = this.mockMetrics.get(meter);
    if (metrics === undefined) this.mockMetrics.set(meter, (metrics = new Metrics(meter)));
    return metrics;
  }

  storeError(operation: StoreOperation | 'reserve'): void {
    this.workerMetrics?.storeError(operation);
  }

  /** Called when reservations cannot be reached, or when something that they need has failed. */
  reservationError(error: unknown): void {
    this.storeError('reserve');
    if (this.warned.has('reservation')) return;
    this.warned.add('reservation');
    this.logger?.warn(`activity cache: reservation: ${RESERVATION_FIX} (logged once)`, { error });
  }

  /**
   * Called when an operation fails that does not affect the Worker itself, which continues or ends
   * as it does without a cache.
   */
  workerError(error: unknown): void {
    this.logger?.warn(`activity cache: ${WORKER_FIX}`, { error });
  }

  /**
   * Called at Worker start with what versions do not see, by Activity type. Reported once in a
   * process, because Workers of one process have the same Activities.
   */
  unseen(byType: Record<string, readonly string[]>): void {
    if (Object.keys(byType).length === 0 || this.warned.has('unseen')) return;
    this.warned.add('unseen');
    this.logger?.warn(`activity cache: versions do not see ${UNSEEN_FIX}`, { unseen: byType });
  }

  /**
   * Called at Worker start with the Activities that lost their options to a wrapper: by type, the
   * name of the function that has the options. Each type is reported once.
   */
  lost(byType: Record<string, string>): void {
    const types = Object.entries(byType).filter(([type]) => !this.warned.has(`lost ${type}`));
    if (types.length === 0) return;
    for (const [type] of types) this.warned.add(`lost ${type}`);
    const names = types.map(([type, inner]) => `${type} (wraps '${inner}')`).join(', ');
    this.logger?.warn(`activity cache: not cached: ${names}: ${LOST_FIX} (logged once)`, {
      types: types.map(([type]) => type),
    });
  }

  /**
   * Tracks a call that may have to wait for its turn. `behind` reports that it waits, and for which
   * holder. `over` reports that it no longer waits.
   */
  wait(context: Context, key: string): { behind: (holder: string) => void; over: () => void } {
    const { activityType } = context.info;
    const count = (change: 1 | -1) => {
      const now = (this.waiting.get(activityType) ?? 0) + change;
      this.waiting.set(activityType, now);
      this.metrics(context).waitingCalls(activityType, now);
    };
    let waits = false;
    return {
      behind: (holder) => {
        if (waits) return;
        waits = true;
        count(1);
        const [message, short] = [`cache waits · ${activityType} · ${shortKey(key)}…`, shortKey(key)];
        context.log.debug(`${message} · behind ${holder}`, { key: short, holder });
      },
      over: () => {
        if (waits) count(-1);
        waits = false;
      },
    };
  }

  report(context: Context, outcome: Outcome): void {
    const rounded = inTenths(outcome);
    this.outcomes.set(context, rounded);
    this.logAndCount(context, rounded);
    if (outcome.status === 'hit' || outcome.status === 'joined')
      this.metrics(context).savedTime(context.info.activityType, outcome.durationMs);
  }

  /** The Activity completes asynchronously, so there is no result to label. */
  tellAsync(context: Context): Outcome {
    const outcome: Outcome = { status: 'bypassed', reason: 'async', key: '', version: '', durationMs: 0 };
    this.logAndCount(context, outcome);
    return outcome;
  }

  /**
   * A user's interceptor may call `next` more than once in an attempt. The last call is the one
   * that is reported.
   */
  begin(context: Context): void {
    this.outcomes.delete(context);
  }

  /** The outcome last reported for this attempt, which becomes the label of its result. */
  outcomeOf(context: Context): Outcome | undefined {
    return this.outcomes.get(context);
  }

  warn(context: Context, fault: Fault, error?: unknown): void {
    const { activityType } = context.info;
    const kind = `${fault} ${activityType}`;
    if (this.warned.has(kind)) return;
    this.warned.add(kind);
    const message = `activity cache: ${fault} · ${activityType}: ${FIXES[fault]} (logged once per Activity type)`;
    context.log.warn(message, error === undefined ? {} : { error });
  }

  private logAndCount(context: Context, { status, why, reason, detail, key, durationMs }: Outcome): void {
    const { activityType } = context.info;
    const parts = [`cache ${status}`, reason, why, activityType, key && `${shortKey(key)}…`];
    context.log.debug(parts.filter(Boolean).join(' · '), {
      status,
      why,
      reason,
      detail,
      key: shortKey(key),
      durationMs,
    });
    this.metrics(context).request(activityType, status, why ?? '');
  }
}
