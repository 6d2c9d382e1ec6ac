/**
 * Workflows that wait for another call. One is parked when it has a timer: the Workflow Task in which it looked up has ended. What arrives
 * sooner makes it look up once more, as if it had not waited.
 */
import type { Handle } from './serialized';
import { until } from './until';

const isParked = async (handle: Pick<Handle, 'fetchHistory'>): Promise<boolean> =>
  (await handle.fetchHistory()).events!.some(
    ({ timerStartedEventAttributes }) => timerStartedEventAttributes,
  );

/** Resolves when so many of the Workflows are parked. Default: all of them. */
export const parked = (handles: Pick<Handle, 'fetchHistory'>[], count = handles.length): Promise<void> =>
  until(async () => (await Promise.all(handles.map(isParked))).filter(Boolean).length >= count);
