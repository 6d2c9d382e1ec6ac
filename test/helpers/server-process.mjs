// A Temporal server for one test file, in a process that tests can tell what to do: its script is no CommonJS.
import { startTemporalServer } from '../../scripts/temporal-server.mjs';

let server;
process.on('disconnect', () => process.exit());
process.on('message', async ({ start, stop }) => {
  try {
    if (stop) await server?.stop();
    if (start) server = await startTemporalServer(start);
    process.send({ address: server.address, uiUrl: server.uiUrl });
  } catch (error) {
    process.send({ error: error.message });
  }
});
