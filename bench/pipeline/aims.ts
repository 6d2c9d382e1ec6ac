/** What hits may cost, beside the other ways of the same rounds. */
import { type Line, lineOf, spread } from '../measure';
import { type Pipeline, SEQUENCE, type Way, WIDE_FAN_OUT } from './pipelines';
import type { Run } from './stage';

/** Hits in the Workflow against Activities that do nothing, by server. */
const FASTER = { stock: 10, tuned: 3 };
/** And against local Activities that do nothing: one after the other, and many at once. */
const OVER_LOCAL = 1.3;
const AT_ONCE_OVER_LOCAL = 0.7;
/** Misses that were looked up in the Workflow against those that were not. */
const OVER_MISS = 1.15;
/** A whole Workflow that is a hit, against one that does nothing. */
const OVER_EMPTY = 1.3;
const MAX_TASKS = 5;

type Server = keyof typeof FASTER;

export function linesOf(server: Server, runs: readonly Run[]): Line[] {
  const msOf = (of: Way, { name }: Pipeline) =>
    runs.filter(({ pipeline, way }) => pipeline === name && way === of).map(({ ms }) => ms);
  const against = (ours: Way, other: Way, ratio: number, pipeline = SEQUENCE) => {
    const others = msOf(other, pipeline);
    const samples = msOf(ours, pipeline).map((ms, round) => ({ ours: ms, other: others[round]! }));
    const name = `${pipeline.name}, ${server}: ${ours}, against ${other}`;
    return lineOf({ name, unit: 'ms', aim: { ratio } }, samples);
  };
  return [
    against('workflow hits', 'activities', 1 / FASTER[server]),
    against('workflow hits', 'local', OVER_LOCAL),
    against('workflow hits', 'local', AT_ONCE_OVER_LOCAL, WIDE_FAN_OUT),
    against('workflow misses', 'activity misses', OVER_MISS),
    against('whole', 'empty', OVER_EMPTY),
  ];
}

/** Whether many hits at once take few Workflow Tasks; said in a line. */
export function tasksOf(server: Server, runs: readonly Run[]): { text: string; ok: boolean } {
  const wide = runs.filter(({ pipeline, way }) => pipeline === WIDE_FAN_OUT.name && way === 'workflow hits');
  const { median } = spread(wide.map(({ workflowTasks }) => workflowTasks));
  const ok = median <= MAX_TASKS;
  return {
    text: `Workflow Tasks of ${WIDE_FAN_OUT.name}, ${server}, workflow hits: ${median}, aim ≤ ${MAX_TASKS}: ${ok ? 'ok' : 'missed'}`,
    ok,
  };
}
