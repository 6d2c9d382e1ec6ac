/** One Worker, or whatever stands around a test, for several tests: a Worker each is most of what they take. */
import { deferred } from './deferred';

/**
 * To be called at the top of a file, or of a `describe`.
 * @param surround - as a test would be surrounded
 * @returns what it gives, to be asked for in a test
 */
export function shared<T>(surround: (body: (around: T) => Promise<void>) => Promise<unknown>): () => T {
  const over = deferred();
  let running: Promise<unknown> | undefined;
  let given: T;
  beforeAll(
    () =>
      new Promise<void>((begun, failed) => {
        running = surround((around) => {
          given = around;
          begun();
          return over.promise;
        });
        running.catch(failed);
      }),
  );
  afterAll(async () => {
    over.resolve();
    await running;
  });
  return () => given;
}
