import { CancellationScope } from '@temporalio/workflow';

/**
 * A scope that no cancellation reaches. It creates none of the three promises with which the SDK
 * runs a scope. Another version of the SDK may create them.
 */
export class Shield extends CancellationScope {
  constructor() {
    super({ cancellable: false });
  }

  protected override runInContext<T>(fn: () => Promise<T>): Promise<T> {
    try {
      return fn();
    } catch (error) {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as it was thrown
      return Promise.reject(error);
    }
  }
}
