// A PostgreSQL server of its own for a test file, run in this process: jest cannot import what runs it. The parent sends
// `[method, ...arguments]`, and is answered with `{ error?, state }`, in order. It all ends with the parent.
import { startPostgres } from '../../scripts/internal/postgres.mjs';

let server;
const methods = {
  create: async (options) => (server = await startPostgres(options)),
  start: () => server.start(),
  stop: (mode) => server.stop(mode),
  restart: (mode) => server.restart(mode),
  hang: (pids) => server.hang(pids),
  resume: () => server.resume(),
};

let last = Promise.resolve();
process.on('message', ([method, ...args]) => {
  last = last
    .then(() => methods[method](...args))
    .then(
      () => process.send({ state: { url: server.url, pid: server.pid } }),
      (error) => process.send({ error: error.stack }),
    );
});
process.once('disconnect', () => last.finally(() => server?.end()).finally(() => process.exit()));
