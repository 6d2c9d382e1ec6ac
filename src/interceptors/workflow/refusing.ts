/** Handles invalid values of the option `cache` of a call. */
import { ApplicationFailure } from '@temporalio/common';
import { CacheOptionsError } from '../../errors';

/**
 * An invalid option fails the call with its message, without retries. If it were thrown, it would
 * fail the Workflow Task again and again.
 */
export function refusing<T>(call: () => Promise<T>): Promise<T> {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof CacheOptionsError)) throw error;
    const { message, name: type } = error;
    return Promise.reject(ApplicationFailure.create({ message, type, nonRetryable: true }));
  }
}
