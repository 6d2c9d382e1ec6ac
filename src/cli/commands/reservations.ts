/** `reservations`: the calls that run under a reservation now, and the calls that wait for them. */
import { shortKey } from '../../key/key';
import { identityOf, type OpenReservation, openReservations } from '../../reservation/host/open';
import { type Call, command } from '../command';
import type { Options } from '../option';
import { Failure } from '../errors';
import { formatAge, formatCount, formatDuration, shorten } from '../format';
import { STORE, STORE_VARIABLES, withStoreToRead } from '../store';
import { paint } from '../paint';
import { type Column, differing } from '../table';
import { TEMPORAL, TEMPORAL_VARIABLES } from '../temporal';

const OPTIONS = { ...STORE, ...TEMPORAL } as const satisfies Options;

export const reservations = command({
  name: 'reservations',
  summary: 'List serialized calls that run: who has the turn, and how many wait.',
  about: `Those of the store, in one Temporal namespace, as their Workflows say it. One that began a moment ago may be missing.`,
  options: OPTIONS,
  examples: [
    ['reservations', 'who waits for whom?'],
    ['reservations --address temporal.example:7233 --namespace ml --json', 'on another server, for programs'],
  ],
  variables: { ...STORE_VARIABLES, ...TEMPORAL_VARIABLES },
  async run(call) {
    const { given, screen } = call;
    const identity = await withStoreToRead(call, identityOf);
    const open = identity === undefined ? [] : await ask(call, identity);
    await (given.json ? screen.json(open) : print(open, call));
  },
});

async function ask(
  { given, screen, context }: Call<typeof OPTIONS>,
  identity: string,
): Promise<OpenReservation[]> {
  screen.progress('asking the Temporal server ...');
  const temporal = await context.connect({ address: given.address, namespace: given.namespace });
  const { client, address } = temporal;
  try {
    return await openReservations(client, identity);
  } catch (cause) {
    const { message, details } = cause as Error & { details?: string };
    const where = `namespace '${client.options.namespace}' of ${address}`;
    throw new Failure(`reservations cannot be listed, ${where}: ${details || message}`, undefined, { cause });
  } finally {
    await temporal.close();
  }
}

async function print(
  open: readonly OpenReservation[],
  { screen, context }: Call<typeof OPTIONS>,
): Promise<void> {
  if (open.length === 0) return screen.say('No open reservations.');
  await screen.table(columnsOf(open), open);
  if (open.some(({ stuck }) => stuck !== undefined)) {
    screen.say(`Some do not go on: ${context.program} doctor says how to fix it.`);
  }
}

function columnsOf(rows: readonly OpenReservation[]): Column<OpenReservation>[] {
  const stateOf = ({ stuck, pendingMs }: OpenReservation) => {
    if (stuck === undefined) return paint('green', 'goes on');
    return paint('yellow', pendingMs === undefined ? stuck : `${stuck}, for ${formatDuration(pendingMs)}`);
  };
  return [
    { head: 'KEY', cell: ({ key }) => shortKey(key) },
    ...differing(rows),
    { head: 'ACTIVITY', cell: ({ activityType }) => shorten(activityType, 40) },
    { head: 'HOLDER', cell: holderOf },
    { head: 'FOR', right: true, cell: ({ ageMs }) => formatAge(ageMs) },
    { head: 'WAITING', right: true, cell: ({ waiting }) => formatCount(waiting) },
    { head: 'ROUND', right: true, cell: ({ round }) => String(round) },
    { head: 'STATE', cell: stateOf },
  ];
}

/** Leaves out the run's id, which is the longest part and the least useful one. */
function holderOf({ holder, holders }: OpenReservation): string {
  if (holder === '') return 'none';
  const [, workflowId, activityId] = /^(.*)\/[0-9a-f-]{36}\/([^/]*)$/.exec(holder) ?? [];
  const name = workflowId === undefined ? holder : `${workflowId} ${activityId}`;
  return shorten(holders > 1 ? `${name} + ${holders - 1}` : name, 60);
}
