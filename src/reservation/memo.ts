/** What a reservation shows of itself. */
import { attemptOf, type ReservationInput, type ReservationMemo, type ReservationState } from './protocol';

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
    holding: state.holding.map(attemptOf),
    epoch: `${name}/${state.told}`,
    ...(state.verdict !== undefined && { verdict: state.verdict }),
  };
}

/** For Temporal's UI, in Markdown. */
export function detailsOf(state: ReservationState, { key, activityType }: About): string {
  const holders = state.holding.map(({ id, since }) => `\`${id}\` since ${new Date(since).toISOString()}`);
  return [
    `**${activityType}** \`${key.slice(0, 12)}\`, round ${state.round}`,
    holders.length > 0 ? `Running: ${holders.slice(0, 5).join(', ')}` : 'Nobody runs',
    `Waiting: ${state.waiting.length}`,
  ].join('\n\n');
}
