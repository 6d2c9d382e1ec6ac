// npm run server: a Temporal server with its web UI on the usual ports, until Ctrl-C.
import { ensureInstalled } from './lib/install.mjs';
import { fail } from './lib/launch.mjs';
import { whenNpmDies } from './lib/processes.mjs';

try {
  whenNpmDies(() => process.exit(1));
  await ensureInstalled();
  const { startTemporalServer } = await import('./temporal-server.mjs');
  const { address, uiUrl } = await startTemporalServer({ ui: true, port: 7233, uiPort: 8233 });
  console.log(`Temporal server at ${address}${uiUrl ? `, web UI at ${uiUrl}` : ''}`);
  if (!process.env.TEMPORAL_ADDRESS) {
    console.log('Everything is kept in memory. Ctrl-C ends it.');
    setInterval(() => {}, 2 ** 30);
  }
} catch (error) {
  fail(error);
}
