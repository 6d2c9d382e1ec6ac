/** Everything is restarted once while calls wait for their turn. */
import { writeFileSync } from 'node:fs';
import { ownServer } from '../helpers/own-server';
import { ownCluster } from '../helpers/postgres';
import { serializeProcesses, waiters } from '../helpers/serialize-processes';
import { endsOf } from '../helpers/serialized';

const server = ownServer({ keeps: true });
const postgres = ownCluster();
const processes = serializeProcesses({ address: () => server.address, store: () => postgres.url });

test.each([
  [
    'the Temporal server',
    async () => {
      await server.stop();
      await server.start();
    },
  ],
  [
    'Postgres',
    async () => {
      await postgres.stop('immediate');
      await postgres.start();
    },
  ],
  ['each Worker', () => processes.restart()],
])(
  '%s is restarted while twenty calls wait: all get a value, of two executions at most',
  async (what, restart) => {
    const key = what.replaceAll(' ', '-');
    await processes.start(2);
    const first = await processes.call(key, { untilFile: processes.go }, waiters);
    await processes.begun(key);
    const others = await processes.calls(20, key, { untilFile: processes.go }, waiters);
    await processes.inLine(first, 20);
    await restart();
    writeFileSync(processes.go, '');
    const values = await endsOf([first, ...others]);
    for (const value of values) expect(value).toMatch(new RegExp(`^${key} of \\d+$`));
    expect(processes.notes('begin', key).length).toBeLessThanOrEqual(2);
  },
  180_000,
);
