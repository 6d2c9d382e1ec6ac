// npm run server: a Temporal server with its web UI on the usual ports, until Ctrl-C.
import { parseArgs } from 'node:util';
import { ensureInstalled } from './internal/install.mjs';
import { fail } from './internal/launch.mjs';
import { endWithNpm } from './internal/processes.mjs';

endWithNpm();
try {
  parseArgs({ options: {} }); // takes none: one that is given is a mistake
  await ensureInstalled();
  const { startTemporalServer } = await import('./temporal-server.mjs');
  const { address, uiUrl, ended } = await startTemporalServer({ ui: true, port: 7233, uiPort: 8233 });
  console.log(`Temporal server at ${address}${uiUrl ? `, web UI at ${uiUrl}` : ''}`);
  if (!process.env.TEMPORAL_ADDRESS) {
    console.log('Everything is kept in memory. Ctrl-C ends it.');
    setInterval(() => {}, 2 ** 30); // the server alone keeps nothing waiting for it
    await ended;
    throw new Error('The Temporal server ended by itself.');
  }
} catch (error) {
  fail(error);
}
