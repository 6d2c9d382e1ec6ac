/** What a reservation shows in its memo and in Temporal's UI. */
import { linkTo, plain } from './markdown';
import {
  attemptOf,
  type Caller,
  type ReservationInput,
  type ReservationMemo,
  type ReservationState,
} from './reservation';

type About = Pick<ReservationInput, 'name' | 'key' | 'activityType'>;

export function memoOf(state: ReservationState, { name, key, activityType }: About): ReservationMemo {
  const [first] = state.holding;
  return {
    key,
    activityType,
    holder: first?.id ?? '',
    since: first === undefined ? '' : new Date(first.since).toISOString(),
    waiting: state.waiting.length,
    round: state.round,
    ticket: first?.ticket ?? 0,
    holding: state.holding.filter(({ started }) => started).map(attemptOf),
    promised: state.holding.filter(({ started }) => !started).map(attemptOf),
    epoch: `${name}/${state.told}`,
    ...(state.verdict !== undefined && { verdict: state.verdict }),
  };
}

/** What a reservation is, in the words of its start. They are part of no protocol. */
export function staticTextsOf(
  { activityType, key }: Pick<ReservationInput, 'key' | 'activityType'>,
  first: Caller,
  namespace: string,
): { staticSummary: string; staticDetails: string } {
  return {
    staticSummary: `${activityType.slice(0, 150)} · ${key.slice(0, 12)}… · one call at a time`,
    staticDetails: [
      `A reservation of temporal-activity-cache: of the calls of **${plain(activityType)}** with the key ${key} one at a time runs, and the others wait and take its result. It ends by itself.`,
      `First turn: ${linkOf(first, namespace)}`,
    ].join('\n\n'),
  };
}

/** The maximum number of callers that are listed. */
const NAMED = 5;

/** The current details for Temporal's UI, in Markdown. */
export function detailsOf(state: ReservationState, { key, activityType }: About, namespace: string): string {
  const { holding, waiting, round, failures } = state;
  const holders = holding.map(
    (held) =>
      `${linkOf(held, namespace)} since ${new Date(held.since).toISOString()}${held.started ? '' : ', not started yet'}`,
  );
  return [
    `**${plain(activityType)}** · ${key.slice(0, 12)}… · round ${round}`,
    failures > 0 && `Failed in a row: ${failures}`,
    holders.length > 0 ? `Running: ${named(holders)}` : 'Running: none',
    `Waiting: ${waiting.length}`,
    waiting.length > 0 && `Next: ${named(waiting.map((caller) => linkOf(caller, namespace)))}`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** Callers are untrusted text. A Workflow that waits itself has no Activity. */
function linkOf({ id, workflowId, runId, activityId }: Caller, namespace: string): string {
  if (workflowId === undefined) return plain(id);
  const link = linkTo(namespace, { workflowId, runId });
  return activityId === '' ? link : `${link} (${plain(activityId)})`;
}

const named = (all: readonly string[]): string =>
  [...all.slice(0, NAMED), ...(all.length > NAMED ? [`and ${all.length - NAMED} more`] : [])].join(', ');
