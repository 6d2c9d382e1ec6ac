/** The error of an operation that a user asked for, and that the store failed. */
import { CacheReadOnlyError, CacheStoreError } from '../errors';

export function storeFailure(
  store: string,
  operation: string,
  cause: unknown,
): CacheStoreError | CacheReadOnlyError {
  if (cause instanceof CacheReadOnlyError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new CacheStoreError(`Store ${operation} failed [store=${store}]: ${why}`, { cause });
}
