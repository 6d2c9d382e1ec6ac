/** What is measured: pipelines, and the ways in which each can be run. */
import type { StepWay } from './workflows';

/** `whole`: the Workflow itself is a hit. `empty`: one that does nothing, and nobody looks up. */
export type Way = StepWay | 'whole' | 'empty';

/** They are to schedule no Activity. */
export const LOOKED_UP: readonly Way[] = ['workflow hits', 'whole'];

/** Each of their runs has arguments of its own. */
export const MISSES: readonly Way[] = ['activity misses', 'workflow misses'];

export interface Pipeline {
  name: string;
  /** The Workflow that runs it, by way. */
  ways: { [way in Way]?: { workflow: string; args: unknown[] } };
}

const STEP_WAYS: readonly StepWay[] = ['activities', 'activity hits', 'workflow hits', 'local'];

const ofSteps = (workflow: string, steps: number): Pipeline['ways'] =>
  Object.fromEntries(STEP_WAYS.map((way) => [way, { workflow, args: [way, steps] }]));

export const SEQUENCE: Pipeline = {
  name: '20 steps one after the other',
  ways: {
    ...ofSteps('sequence', 20),
    'activity misses': { workflow: 'sequence', args: ['activity misses', 20] },
    'workflow misses': { workflow: 'sequence', args: ['workflow misses', 20] },
    whole: { workflow: 'whole', args: [20] },
    empty: { workflow: 'empty', args: [] },
  },
};

const fanOut = (steps: number): Pipeline => ({
  name: `${steps} steps at once`,
  ways: ofSteps('fanOut', steps),
});

export const FAN_OUT = fanOut(100);

export const WIDE_FAN_OUT = fanOut(1_000);

export const waysOf = ({ ways }: Pipeline): Way[] => Object.keys(ways) as Way[];
