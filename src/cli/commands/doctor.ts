/** `doctor`: finds faults, and says how to fix them. */
import type { CacheStore } from '../../store/store';
import { PACKAGE_VERSION } from '../../package-version';
import { identityOf } from '../../reservation/host/open';
import { type Call, command } from '../command';
import type { Options } from '../option';
import { Failure } from '../errors';
import { answered, type Check, failed, messageOf, ok, warning } from '../doctor/check';
import { checkContents } from '../doctor/contents';
import { queuesOf } from '../doctor/queues';
import { checkServer, type StoreTraces } from '../doctor/server';
import { tryStore } from '../doctor/trial';
import { checkWorkers } from '../doctor/workers';
import { fixOf } from '../fixes';
import { paint } from '../paint';
import type { Screen } from '../screen';
import { openStoreOf, STORE, STORE_VARIABLES } from '../store';
import { TEMPORAL, TEMPORAL_VARIABLES } from '../temporal';

const OPTIONS = { ...STORE, ...TEMPORAL } as const satisfies Options;

type DoctorCall = Call<typeof OPTIONS>;

export const doctor = command({
  name: 'doctor',
  summary: 'Check store, Workers and server, and say how to fix what is wrong.',
  about: `Writes one entry into a scope of its own, and removes it again. The Temporal server is checked where --address or TEMPORAL_ADDRESS names it.
Exit code 1 where a check failed; warnings alone are 0.`,
  options: OPTIONS,
  examples: [
    ['doctor', 'is all well?'],
    ['doctor --address localhost:7233 --json', 'with the server, for programs'],
  ],
  variables: { ...STORE_VARIABLES, ...TEMPORAL_VARIABLES },
  async run(call) {
    const { given, screen, context } = call;
    const { checks, traces } = await checkStore(call);
    const { address, namespace } = given;
    if (address ?? context.env.TEMPORAL_ADDRESS)
      checks.push(...(await checkServer(context, { address, namespace }, traces)));
    await (given.json ? screen.json(checks) : print(checks, screen));
    return checks.some(({ status }) => status === 'failed') ? 1 : 0;
  },
});

interface StoreChecks {
  checks: Check[];
  traces: StoreTraces;
}

async function checkStore(call: DoctorCall): Promise<StoreChecks> {
  const program = ok('program', `temporal-activity-cache ${PACKAGE_VERSION}, Node ${process.versions.node}`);
  let store: CacheStore | undefined;
  try {
    store = await openStoreOf(call);
    const checks = [program, ...(await examine(store, call))];
    return { checks, traces: await tracesOf(store) };
  } catch (error) {
    const { what = messageOf(error), fix = fixOf(what) } = error instanceof Failure ? error : {};
    const seen = store === undefined ? what : `${store.name}: ${what}`;
    return { checks: [program, failed('store', seen, fix)], traces: { queues: [] } };
  } finally {
    await store?.close();
  }
}

/** Leaves out what the store fails to answer. The checks of Workers report that failure. */
async function tracesOf(store: CacheStore): Promise<StoreTraces> {
  const identity = await answered(() => identityOf(store)).catch(() => undefined);
  return { identity, queues: await answered(() => queuesOf(store)).catch(() => []) };
}

async function examine(store: CacheStore, { screen, context }: DoctorCall): Promise<Check[]> {
  screen.progress(`asking ${store.name} ...`);
  const about = Object.entries(await answered(() => store.about())).map(([name, says]) => `${name} ${says}`);
  const reached = ok('store', `${store.name} answers: ${about.join(', ')}`);
  const limits = (store.limits ?? []).map((limit) =>
    warning('limits', limit, 'where that matters: SQLite, or Postgres'),
  );
  return [
    reached,
    ...(await tryStore(store)),
    ...(limits.length > 0 ? limits : [ok('limits', 'none: it keeps all that is promised of a store')]),
    ...(await checkContents(store, context.program)),
    ...(await checkWorkers(store)),
  ];
}

const COLORS = { ok: 'green', warning: 'yellow', failed: 'red' } as const;

async function print(checks: readonly Check[], screen: Screen): Promise<void> {
  for (const { name, status, seen, fix } of checks) {
    await screen.print(paint(COLORS[status], status.padEnd(8)), ` ${name.padEnd(12)} ${seen}`);
    if (fix !== undefined) await screen.print(`${' '.repeat(22)}→ ${fix}`);
  }
}
