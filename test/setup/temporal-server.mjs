// One Temporal server for all integration tests of a run. They find it by TEST_TEMPORAL_ADDRESS.
import { startTemporalServer } from '../../scripts/temporal-server.mjs';

let server;

export async function start() {
  server = await startTemporalServer({ tuned: true });
  process.env.TEST_TEMPORAL_ADDRESS = server.address;
}

export async function stop() {
  await server?.stop();
}
