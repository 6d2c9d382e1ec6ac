/**
 * Reports metrics through the SDK's meter. Latencies are far below its default histogram buckets,
 * which start at 50 ms. The docs list the buckets to set (`histogramBucketOverrides`).
 */
import type { MetricMeter } from '@temporalio/common';
import type { CacheStatus } from '../wire/outcome';
import type { StoreOperation } from '../store/guard';

/**
 * Instruments are native objects. Each is created once per meter, and tagged at each call. Keys are
 * never tags.
 */
export class Metrics {
  private readonly requests;
  private readonly lookups;
  private readonly storeErrors;
  private readonly saved;
  private readonly waiting;

  constructor(meter: MetricMeter) {
    this.requests = meter.createCounter(
      'activity_cache_requests',
      'calls',
      'Calls of cached Activities by status, and why they ran',
    );
    this.lookups = meter.createHistogram(
      'activity_cache_lookup_latency',
      'float',
      'ms',
      'Time to look an entry up',
    );
    this.storeErrors = meter.createCounter(
      'activity_cache_store_errors',
      'errors',
      'Store operations that failed',
    );
    this.saved = meter.createCounter(
      'activity_cache_saved_milliseconds',
      'ms',
      'Execution time that hits saved',
    );
    this.waiting = meter.createGauge(
      'activity_cache_waiting',
      'int',
      'calls',
      'Calls that wait for their turn',
    );
  }

  /** @param now - the number of calls in this process that wait for their turn */
  waitingCalls(activityType: string, now: number): void {
    this.waiting.set(now, { activity_type: activityType });
  }

  /** @param why - empty for a call that did not run. Prometheus takes an empty label for none */
  request(activityType: string, status: CacheStatus, why: string): void {
    this.requests.add(1, { activity_type: activityType, status, why });
  }

  lookup(activityType: string, ms: number): void {
    this.lookups.record(Math.max(0, ms), { activity_type: activityType });
  }

  storeError(operation: StoreOperation | 'reserve'): void {
    this.storeErrors.add(1, { operation });
  }

  savedTime(activityType: string, ms: number): void {
    this.saved.add(Math.max(0, Math.round(ms)), { activity_type: activityType });
  }
}
