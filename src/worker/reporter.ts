/** Says what became of a call: to the log, to the metrics, and to whoever labels the result. */
import type { Context } from '@temporalio/activity';
import type { Logger, MetricMeter } from '@temporalio/common';
import type { Runtime } from '@temporalio/worker';
import { shortKey } from '../key/key';
import { CALL, CONTROL } from '../wire/names';
import { Metrics } from './metrics';
import { inTenths, type Outcome } from '../wire/outcome';
import type { StoreOperation } from '../store/guard';

/** What can go wrong with caching an Activity, and what mends it. Warned of once per Activity type. */
const FIXES = {
  unkeyable: "leave the value out by 'ignoredInputs', or say what stands for it by 'hashInputs' or 'key'",
  'policy-error':
    "fix the option that does not fit, or the policy, 'key', 'hashInputs' or 'tags' function that threw, or returned nothing; until then it runs each time",
  'cache-if': "fix the 'cacheIf' function that threw, or returned nothing; until then nothing is stored",
  'too-large': "return a reference to the value, or raise 'maxValueBytes'",
  'store-error': 'see that the store is reachable and healthy; until then the Activity runs each time',
  control: `the header '${CONTROL}' is ignored: send JSON like {"mode":"overwrite"}`,
  'control-field': `a field of the header '${CONTROL}' is ignored: its fields are 'mode' and 'activities'`,
  call: `the header '${CALL}' is ignored: it is this package's own, nobody else need send it`,
  undecodable:
    'give this Worker the data converter and codecs of the Worker that stored it; until then it runs each time',
  unencodable:
    'the data converter cannot encode the result, or not again once it is decoded: it is not stored',
} as const;

const RESERVATION_MEND =
  'see that this process may start and signal Workflows, and reach the store; until then calls do not wait for one another';

const WORKER_MEND =
  'this Worker could not say in the store what it runs, or that it has ended: see that its files are there and the store is reachable';

export type Fault = keyof typeof FIXES;

export class Reporter {
  private readonly outcomes = new WeakMap<Context, Outcome>();
  private readonly warned = new Set<string>();
  private readonly waiting = new Map<string, number>();
  private meter?: MetricMeter;
  /** Kept, since after the last Worker its Runtime is gone, and asking for it would make another one. */
  private logger?: Logger;
  private workerMetrics?: Metrics;
  private readonly mockMetrics = new WeakMap<MetricMeter, Metrics>();

  /**
   * Instruments are made once a meter: that of the process, which has another one after its Runtime was shut down; before the first
   * (in mocks), from that of the call.
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

  /** Reservations are out of reach, or not all of what they need. */
  reservationError(error: unknown): void {
    this.storeError('reserve');
    if (this.warned.has('reservation')) return;
    this.warned.add('reservation');
    this.logger?.warn(`activity cache: reservation: ${RESERVATION_MEND} (said once)`, { error });
  }

  /** The Worker itself goes on, or has ended, as it does without a cache. */
  workerError(error: unknown): void {
    this.logger?.warn(`activity cache: ${WORKER_MEND}`, { error });
  }

  /** Of a call that may have to wait for its turn: `behind` says that it does, and for whom; `over` that it does no longer. */
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

  tell(context: Context, outcome: Outcome): void {
    const rounded = inTenths(outcome);
    this.outcomes.set(context, rounded);
    this.logAndCount(context, rounded);
    if (outcome.status === 'hit' || outcome.status === 'joined')
      this.metrics(context).savedTime(context.info.activityType, outcome.durationMs);
  }

  /** The Activity completes asynchronously: there is no result to label. */
  tellAsync(context: Context): void {
    this.logAndCount(context, { status: 'bypassed', reason: 'async', key: '', version: '', durationMs: 0 });
  }

  /** An interceptor of the user's may call more than once in an attempt: the last call is the one that is told of. */
  begin(context: Context): void {
    this.outcomes.delete(context);
  }

  /** What was told last of this attempt, for the label of its result. */
  outcomeOf(context: Context): Outcome | undefined {
    return this.outcomes.get(context);
  }

  warn(context: Context, fault: Fault, error?: unknown): void {
    const { activityType } = context.info;
    const kind = `${fault} ${activityType}`;
    if (this.warned.has(kind)) return;
    this.warned.add(kind);
    const message = `activity cache: ${fault} · ${activityType}: ${FIXES[fault]} (said once per Activity type)`;
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
    this.metrics(context).request(activityType, status);
  }
}
