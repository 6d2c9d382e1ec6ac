// One Temporal server with its UI for all integration tests of a run. They find them by TEST_TEMPORAL_ADDRESS
// and TEST_TEMPORAL_UI.
import { startTemporalServer } from '../../scripts/temporal-server.mjs';

let server;

/** Each file has task queues of its own, with few tasks: one partition does for them, and costs the server less. */
const config = {
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
};

export async function start() {
  server = await startTemporalServer({ tuned: true, ui: true, config });
  process.env.TEST_TEMPORAL_ADDRESS = server.address;
  process.env.TEST_TEMPORAL_UI = server.uiUrl ?? '';
}

export async function stop() {
  await server?.stop();
}
