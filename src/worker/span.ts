/**
 * Writes what happened to a call onto the active span of OpenTelemetry. It is the span of the
 * Activity, because the cache is the innermost interceptor, whatever the order of the plugins.
 * Nothing is written where `@opentelemetry/api` is not installed, or no span is recorded. No
 * attribute contains a value or an argument.
 */
import type * as OpenTelemetry from '@opentelemetry/api';
import type { Payload } from '@temporalio/common';
import { shortKey } from '../key/key';
import { OUTCOME_METADATA } from '../wire/names';
import { decodeOutcome, type Outcome } from '../wire/outcome';

let api: typeof OpenTelemetry | null | undefined;

/** The package is loaded by the first call of a Worker, so a client never loads it. */
function load(): typeof OpenTelemetry | null {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would need it
    return require('@opentelemetry/api') as typeof OpenTelemetry;
  } catch {
    return null; // It is optional. A package that is broken already fails where spans are made.
  }
}

function write(attributes: OpenTelemetry.Attributes): void {
  const known = Object.entries(attributes).filter(([, value]) => value !== undefined);
  activeSpan()?.setAttributes(Object.fromEntries(known));
}

function activeSpan(): OpenTelemetry.Span | undefined {
  if (api === undefined) api = load();
  return api?.trace.getActiveSpan();
}

/** Called before the outcome is known. It stays if the call fails. */
export const traceCall = (): void => write({ 'cache.hit': false });

/** @param bytes - the size of the stored value, if there is one */
export function traceOutcome({ status, key, why, reason, durationMs }: Outcome, bytes?: number): void {
  const isHit = isServed(status);
  write({
    'cache.hit': isHit,
    'cache.key': shortKey(key) || undefined,
    'cache.item_size': bytes,
    'activity_cache.status': status,
    'activity_cache.why': why,
    'activity_cache.reason': reason,
    'activity_cache.saved_ms': isHit ? Math.round(durationMs) : undefined,
  });
}

/**
 * Called with the answers of look-ups in a Workflow, which share the span of a local Activity. Only
 * values have a label. One answer is traced as an Activity is, and several as sums.
 */
export function traceLookUps(answers: readonly Payload[]): void {
  if (activeSpan() === undefined) return;
  const hits = answers.flatMap(({ metadata, data }) => {
    const label = metadata?.[OUTCOME_METADATA];
    return label == null ? [] : [{ outcome: decodeOutcome(label), bytes: data?.length ?? 0 }];
  });
  if (answers.length === 1) {
    const [hit] = hits;
    return hit === undefined ? traceCall() : traceOutcome(hit.outcome, hit.bytes);
  }
  write({
    'cache.hit': hits.length === answers.length,
    'cache.item_size': sum(hits.map(({ bytes }) => bytes)),
    'activity_cache.calls': answers.length,
    'activity_cache.hits': hits.length,
    'activity_cache.saved_ms': Math.round(sum(hits.map(({ outcome }) => outcome.durationMs))),
  });
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

const isServed = (status: Outcome['status']) => status === 'hit' || status === 'joined';
