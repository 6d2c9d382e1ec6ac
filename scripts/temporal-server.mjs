// A Temporal server for the demo, the tests and the benchmark: found, downloaded or built; it ends when we end.
import { existingServer, runServer } from './internal/dev-server.mjs';
import * as temporal from './internal/temporal-binary.mjs';

/** Starts a Temporal server, or uses the one that TEMPORAL_ADDRESS names: see temporal-server.d.mts. */
export async function startTemporalServer({ log = console.error, ...options } = {}) {
  if (process.env.TEMPORAL_ADDRESS) return existingServer(process.env.TEMPORAL_ADDRESS);

  const ways = [
    ['`temporal` on PATH', temporal.onPath],
    ["the SDK's own download", async () => temporal.cached() ?? temporal.download(log)],
    ['a build with Go', () => temporal.build(log)],
  ];
  const failures = ['TEMPORAL_ADDRESS: not set'];
  for (const [name, find] of ways) {
    try {
      const file = await find();
      if (file) return await runServer(file, options);
      failures.push(`${name}: not found`);
    } catch (error) {
      if (error.code === 'PORT_TAKEN') throw error; // another binary would not help
      failures.push(`${name}: ${error.message}`);
      log(`No Temporal server by ${name}.`);
    }
  }
  throw new Error(
    [
      'No Temporal server could be started. Tried, in this order:',
      ...failures.map((failure, index) => `  ${index + 1}. ${failure.replaceAll('\n', '\n     ')}`),
      'Each of these helps: set TEMPORAL_ADDRESS to the host:port of a running server; install the Temporal CLI',
      '(https://docs.temporal.io/cli); let this machine reach https://temporal.download; install Go',
      `${temporal.goVersion} or newer (https://go.dev/dl).`,
    ].join('\n'),
  );
}
