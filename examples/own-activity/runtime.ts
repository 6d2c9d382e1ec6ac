import { Runtime } from '@temporalio/worker';

/** Look-ups take well under a millisecond. The first histogram bucket of the SDK is 50 ms. */
export function installRuntime(bindAddress = '127.0.0.1:9464') {
  return Runtime.install({
    telemetryOptions: {
      metrics: {
        prometheus: {
          bindAddress,
          histogramBucketOverrides: {
            activity_cache_lookup_latency: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 100, 500, 2000],
          },
        },
      },
    },
  });
}
