// One Temporal server with its UI for all integration tests of a run. They find them by TEST_TEMPORAL_ADDRESS
// and TEST_TEMPORAL_UI.
import { startTemporalServer } from '../../scripts/temporal-server.mjs';

let server;

export async function start() {
  server = await startTemporalServer({ tuned: true, ui: true });
  process.env.TEST_TEMPORAL_ADDRESS = server.address;
  process.env.TEST_TEMPORAL_UI = server.uiUrl ?? '';
}

export async function stop() {
  await server?.stop();
}
