/** What a reservation shows in its memo and in Temporal's UI. */
import { attemptOf, type ReservationInput, type ReservationMemo, type ReservationState } from './reservation';

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

/** The maximum number of callers that are listed. */
const NAMED = 5;

/** The current details for Temporal's UI, in Markdown. */
export function detailsOf(state: ReservationState, { key, activityType }: About): string {
  const { holding, waiting, round, failures } = state;
  const holders = holding.map(
    (held) =>
      `${codeOf(held.id)} since ${new Date(held.since).toISOString()}${held.started ? '' : ', not started yet'}`,
  );
  return [
    `**${activityType}** \`${key.slice(0, 12)}\`, round ${round}`,
    failures > 0 && `Failed in a row: ${failures}`,
    holders.length > 0 ? `Running: ${named(holders)}` : 'Running: none',
    `Waiting: ${waiting.length}`,
    waiting.length > 0 && `Next: ${named(waiting.map(({ id }) => codeOf(id)))}`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** Ids are untrusted text, so backticks are replaced. */
const codeOf = (id: string): string => `\`${id.replaceAll('`', "'")}\``;

const named = (all: readonly string[]): string =>
  [...all.slice(0, NAMED), ...(all.length > NAMED ? [`and ${all.length - NAMED} more`] : [])].join(', ');
