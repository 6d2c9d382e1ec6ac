/** npm run fuzz: random programs for so many seconds, judged; exit 1 when one of them fails. */
import { parseArgs } from 'node:util';
import { rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { campaign } from './campaign';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: `${Date.now() % 100_000}` },
    programs: { type: 'string' },
    only: { type: 'string' },
    atOnce: { type: 'string', default: '10' },
    shrink: { type: 'string', default: '3' },
    patience: { type: 'string', default: '90' },
    keepIn: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

const level = process.env.FUZZ_LOG_LEVEL;
Runtime.install({
  logger: new DefaultLogger(
    (level as 'DEBUG' | undefined) ?? 'ERROR',
    level === undefined ? () => {} : undefined,
  ),
  telemetryOptions: { logging: { filter: level === undefined ? 'off' : { core: level as 'DEBUG' } } },
});

async function main(): Promise<void> {
  const { startTemporalServer } = await import('../../scripts/temporal-server.mjs');
  const server = await startTemporalServer({ tuned: true });
  const folder = await mkdtemp(join(tmpdir(), 'fuzz-'));
  process.env.ACTIVITY_CACHE_STORE ??= `sqlite:${join(folder, 'default.db')}`;
  try {
    const failed = await campaign({
      address: server.address,
      folder,
      seed: values.seed,
      seconds: Number(values.seconds),
      programs: Number(values.programs ?? (values.only === undefined ? Infinity : 1)),
      only: values.only === undefined ? undefined : Number(values.only),
      atOnce: Number(values.atOnce),
      shrinks: Number(values.shrink),
      patienceMs: Number(values.patience) * 1_000,
      log: console.log,
      verbose: values.verbose,
      keepIn: values.keepIn,
    });
    process.exitCode = failed > 0 ? 1 : 0;
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
