/** Mistakes in the option `cache` of a call. */
import { ApplicationFailure } from '@temporalio/common';
import { CacheOptionsError } from '../../errors';

/** Such a mistake fails that call, with its message and for good; thrown, it would fail the Workflow Task again and again. */
export function refusing<T>(call: () => Promise<T>): Promise<T> {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof CacheOptionsError)) throw error;
    const { message, name: type } = error;
    return Promise.reject(ApplicationFailure.create({ message, type, nonRetryable: true }));
  }
}
