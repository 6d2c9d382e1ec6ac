/** Which calls a run begins to look up, and that a replay decides alike: it knows all patches of a Workflow Task from its beginning. */
import { Gate } from '../../../src/interceptors/workflow/gate';
import { RESOLVE } from '../../../src/wire/names';

const host = { isBetween: false, isLate: false, isCutOff: false, isBesideLocalActivity: false };
const run = {
  task: 3,
  isReplaying: false,
  patches: new Map<string, number>(),
  isRegistered: true,
  isCompleted: false,
};

jest.mock('@temporalio/workflow', () => ({
  workflowInfo: () => ({ historyLength: run.task, unsafe: { isReplaying: run.isReplaying } }),
  patched: (id: string) => {
    if (!run.isReplaying && !run.patches.has(id)) run.patches.set(id, run.task);
    return (run.patches.get(id) ?? Infinity) <= run.task;
  },
}));
jest.mock('@temporalio/workflow/lib/global-attributes', () => ({
  getActivator: () => ({
    completed: run.isCompleted,
    registeredActivityNames: new Set(run.isRegistered ? [RESOLVE] : []),
  }),
}));

interface Call {
  task: number;
  seq: number;
  isWanted: boolean;
}

function decisions(calls: readonly Call[], isReplaying: boolean): boolean[] {
  const gate = new Gate(host);
  return calls.map(({ task, seq, isWanted }) => {
    Object.assign(run, { task, isReplaying });
    return gate.opens('f', isWanted, seq);
  });
}

const [unwanted, wanted] = [false, true].map((isWanted) => (seq: number, task = 3): Call => ({
  seq,
  task,
  isWanted,
})) as [(seq: number, task?: number) => Call, (seq: number, task?: number) => Call];

beforeEach(() => run.patches.clear());

test.each([
  ['one that is looked up', [wanted(1)], [true]],
  ['one that is not', [unwanted(1)], [false]],
  ['one that is not, then one that is, in one Workflow Task', [unwanted(1), wanted(2)], [false, true]],
  ['the same, in two Workflow Tasks', [unwanted(1, 3), wanted(2, 9)], [false, true]],
  ['several that are not', [unwanted(1), unwanted(2), wanted(3), unwanted(4)], [false, false, true, true]],
])('%s: a replay decides alike', (_name, calls, expected) => {
  expect(decisions(calls, false)).toEqual(expected);
  expect(decisions(calls, true)).toEqual(expected);
});

test('what calls say may change under an open run: a replay decides as it was recorded', () => {
  const recorded = decisions([unwanted(1), wanted(2), wanted(3)], false);
  expect(decisions([wanted(1), unwanted(2), unwanted(3)], true)).toEqual(recorded);
});

test('a call before the first one that was looked up may come to ask for it', () => {
  const recorded = decisions([wanted(2)], false);
  expect(decisions([wanted(1), wanted(2)], true)).toEqual([false, ...recorded]);
});

test('a run that has not looked up does not begin on replay', () => {
  expect(decisions([wanted(1), wanted(2)], true)).toEqual([false, false]);
});

test('a call between two activations is not looked up, also where others of its type are', () => {
  run.isReplaying = false;
  const gate = new Gate(host);
  expect(gate.opens('f', true, 1)).toBe(true);
  host.isBetween = true;
  expect(gate.opens('f', true, 2)).toBe(false);
  host.isBetween = false;
  expect(gate.opens('f', true, 3)).toBe(true);
});

test('a gate that is shut begins no look-ups, and replays those that were begun before', () => {
  const recorded = decisions([wanted(1), wanted(2)], false);
  const gate = new Gate(host);
  gate.shut();
  Object.assign(run, { isReplaying: true });
  expect([1, 2].map((seq) => gate.opens('f', true, seq))).toEqual(recorded);
  Object.assign(run, { isReplaying: false, task: 9 });
  expect(gate.opens('g', true, 3)).toBe(false);
});

test('from the first call beside a local Activity, calls of its type are not looked up; a replay decides alike', () => {
  const play = (isReplaying: boolean, beside: readonly boolean[]) => {
    const local = { ...host };
    const gate = new Gate(local);
    return beside.map((isBesideLocalActivity, seq) => {
      Object.assign(run, { task: 3 + seq, isReplaying });
      Object.assign(local, { isBesideLocalActivity });
      return gate.opens('f', true, seq);
    });
  };
  const recorded = play(false, [false, false, true, false]);
  expect(recorded).toEqual([true, true, false, false]);
  // On replay local Activities may have ended earlier, or later.
  expect(play(true, [false, false, false, false])).toEqual(recorded);
  expect(play(true, [true, true, true, true])).toEqual(recorded);
  run.patches.clear();
  const early = play(false, [true, false, false]);
  expect(early).toEqual([false, true, true]);
  expect(play(true, [false, true, true])).toEqual(early);
});

test('where a query has cut off the Workflow Task, a call beside a local Activity is decided as without one', () => {
  run.isReplaying = false;
  const gate = new Gate({ ...host, isCutOff: true, isBesideLocalActivity: true });
  expect(gate.opens('f', true, 1)).toBe(false);
  const local = { ...host };
  const open = new Gate(local);
  expect(open.opens('g', true, 2)).toBe(true);
  Object.assign(local, { isCutOff: true, isBesideLocalActivity: true });
  expect(open.opens('g', true, 3)).toBe(true);
  expect([...run.patches.keys()].filter((name) => name.includes('~'))).toEqual([]);
  Object.assign(local, { isCutOff: false });
  expect(open.opens('g', true, 4)).toBe(false);
});

test('after the end of the run no call is looked up: a patch would be a command', () => {
  run.isCompleted = true;
  expect(decisions([wanted(1)], false)).toEqual([false]);
  expect(run.patches.size).toBe(0);
  run.isCompleted = false;
});
