/** Every state that up to four callers can bring about, in whatever order they speak: what always holds, holds in all of them. */
import { Machine, type Wake } from '../../../src/workflows/machine';
import {
  type Attempt,
  begunBy,
  type Caller,
  type ReservationState,
  type TurnOutcome,
} from '../../../src/wire/reservation';

type Kind = Caller['kind'];

const callerOf = (id: string, kind: Kind, attempt = 1, ticket = attempt): Caller => ({
  id,
  attempt,
  kind,
  activityId: id,
  isLocal: false,
  ticket, // each draws its own
  forMs: 1_000,
});

type Action =
  | { do: 'wait'; caller: Caller }
  | { do: 'leave' | 'gone'; caller: Attempt }
  | { do: 'settle'; caller: Attempt; outcome: TurnOutcome };

const OUTCOMES: TurnOutcome[] = ['stored', 'unstored', 'failed', 'released'];

const TICKETS = [0, 3];

/** All that anybody may say at any time: also twice, late, and without having been asked. */
function actionsOf(kinds: Kind[]): Action[] {
  return kinds.flatMap((kind, i) => {
    // Of the first there are two attempts; a Workflow's Activity comes into a slot in the end.
    const attempts = i === 0 ? [1, 2] : [1];
    const spoken: Kind[] = kind === 'workflow' ? ['workflow', 'slot'] : [kind];
    return attempts.flatMap((attempt): Action[] => {
      const caller = { id: `${i}`, attempt };
      return [
        // By a clock that is behind and one that is ahead too.
        ...spoken.flatMap((as) =>
          (i === 0 && kinds.length < 4 ? [attempt, ...TICKETS] : [attempt]).map((ticket) => ({
            do: 'wait' as const,
            caller: callerOf(`${i}`, as, attempt, ticket),
          })),
        ),
        { do: 'leave', caller },
        { do: 'gone', caller },
        ...OUTCOMES.map((outcome) => ({ do: 'settle' as const, caller, outcome })),
      ];
    });
  });
}

function act(state: ReservationState, action: Action): { after: ReservationState; wakes: Wake[] } {
  const machine = new Machine(JSON.parse(JSON.stringify(state)) as ReservationState, () => 0);
  if (action.do === 'wait') machine.wait(action.caller);
  else if (action.do === 'settle') machine.settle({ ...action.caller, outcome: action.outcome });
  else machine[action.do](action.caller);
  return { after: machine.state, wakes: machine.takeWakes() };
}

const ids = (callers: { id: string }[]) => callers.map(({ id }) => id);
const without = <T>(all: T[], some: T[]) => all.filter((one) => !some.includes(one));
/** How many may hold after so many rounds in a row that failed: 1, 1, 1, 2, 4, 8 … */
const widthOf = (failures: number) => (failures < 3 ? 1 : 2 ** (failures - 2));

/** What is wrong with a step, by the invariants that machine.ts numbers. */
function* faultsOf(before: ReservationState, action: Action, after: ReservationState, wakes: Wake[]) {
  const [heldBefore, heldAfter] = [ids(before.holding), ids(after.holding)];
  const [waitedBefore, waitAfter] = [ids(before.waiting), ids(after.waiting)];
  const present = [...heldAfter, ...waitAfter];
  if (new Set(present).size < present.length) yield 'R1: in two places';
  if (waitAfter.length > 0 && heldAfter.length === 0) yield 'R2: they wait for nobody';

  const { id, attempt } = action.caller;
  const joins = action.do === 'wait' && ![...heldBefore, ...waitedBefore].includes(id);
  const inOrder = joins ? [...waitedBefore, id] : waitedBefore;
  const turns = without(heldAfter, heldBefore);
  const overtaken = without(heldBefore, heldAfter).filter((one) => waitAfter.includes(one));
  const spoken = [...before.waiting, ...(action.do === 'wait' ? [action.caller] : [])];
  const kindOf = (one: string) => spoken.findLast((caller) => caller.id === one)!.kind;
  for (const one of turns) {
    const passed = inOrder.slice(0, inOrder.indexOf(one)).filter((other) => waitAfter.includes(other));
    const mayPass = kindOf(one) === 'slot' && passed.every((other) => kindOf(other) !== 'slot');
    if (!mayPass && passed.length > 0 && overtaken.length === 0) yield `R3: ${one} before ${passed.join()}`;
  }
  if (overtaken.length > 0) {
    const started = before.holding.find((held) => held.id === overtaken[0])!.started;
    const again = action.do === 'wait' && overtaken[0] === id; // as a Workflow, after it was in a slot
    if ((started && !again) || turns.some((one) => kindOf(one) !== 'slot'))
      yield 'R3: overtaken without need';
    if (waitAfter[0] !== overtaken[0] || overtaken.length > 1)
      yield 'R3: overtaken, and not the first in line';
    if (turns.length !== 1) yield 'R3: not one turn for another';
  }
  const stayed = without(waitAfter, overtaken);
  if (stayed.join() !== inOrder.filter((one) => stayed.includes(one)).join()) yield 'R3: order changed';

  const slotWaits = after.waiting.some(({ kind }) => kind === 'slot');
  if (slotWaits && after.holding.some(({ started }) => !started))
    yield 'R3: a slot waits for a Workflow that may need it';

  if (turns.length > 0 && overtaken.length === 0) {
    if (heldAfter.length > turns.length) yield 'R4: a turn while others hold';
    if (turns.length !== Math.min(widthOf(after.failures), inOrder.length)) yield 'R4: too many, or too few';
  }

  const told = after.told - before.told;
  const verdict = { stored: 'look', unstored: 'run' }[(action as { outcome?: string }).outcome ?? ''];
  const ended = without(inOrder, [...waitAfter, ...turns]);
  if (ended.length > 0 && told === 0 && (action.do !== 'leave' || ended.join() !== id))
    yield 'R5: never told';
  if (told > 0 && (told > 1 || after.verdict !== verdict || waitAfter.length > 0)) yield 'R5: told wrongly';
  const expected = [
    ...turns.filter((one) => kindOf(one) !== 'slot').map((one) => `${one} turn`),
    ...(told > 0 ? ended.filter((one) => kindOf(one) !== 'slot').map((one) => `${one} ${verdict}`) : []),
  ];
  const woken = wakes.map((wake) => `${wake.caller.id} ${wake.verdict}`);
  if (woken.sort().join() !== expected.sort().join())
    yield `R5: told ${woken.join()}, not ${expected.join()}`;

  const attempts = (state: ReservationState) =>
    new Map([...state.holding, ...state.waiting].map((caller) => [caller.id, caller.attempt]));
  const [former = 0, latter = former] = [attempts(before).get(id), attempts(after).get(id)];
  const ticketOf = (state: ReservationState) =>
    [...state.holding, ...state.waiting].find((caller) => caller.id === id)?.ticket ?? 0;
  const isAfterReset = action.do === 'wait' && action.caller.ticket >= ticketOf(before);
  if (latter < former && !isAfterReset) yield 'R6: back to a former attempt';
  if (action.do === 'wait' && latter !== attempt) {
    if (attempt > former || isAfterReset) yield 'R6: the present attempt was not heard';
    const isDoubted = after.holding.find((held) => held.id === id)?.doubted;
    if (heldAfter.includes(id) && !isDoubted) yield 'R6: nobody will ask which attempt is the present one';
  }
  if (action.do === 'wait' && latter === attempt && heldBefore.includes(id) && attempt > former)
    if (after.holding.some((held) => held.id === id && held.doubted)) yield 'R6: doubted without need';
  const left = action.do === 'leave' && waitedBefore.includes(id) && !present.includes(id);
  if (left && attempt < former) yield 'R6: a former attempt left for the present one';

  const lost = without(heldBefore, [...heldAfter, ...overtaken]);
  const own = before.holding.find((held) => held.id === id);
  const mayEnd = action.do !== 'wait' && own !== undefined && attempt >= own.attempt;
  if (lost.some((one) => one !== id || !mayEnd)) yield 'R6: a turn ended that was not its own';
  if (mayEnd && !lost.includes(id)) yield 'R6: its turn did not end';
}

/** What of a state decides what can follow. */
const kernel = ({ holding, waiting, failures }: ReservationState): string =>
  JSON.stringify([
    holding.map(({ id, attempt, kind, started, ticket }) => [id, attempt, kind, started, ticket]),
    waiting.map(({ id, attempt, kind, ticket }) => [id, attempt, kind, ticket]),
    Math.min(failures, 5),
  ]);

/** @returns how many states there are, and how many steps between them */
function explore(kinds: Kind[], check: typeof faultsOf): { states: number; steps: number } {
  const actions = actionsOf(kinds);
  const start = begunBy(callerOf('0', kinds[0]!), 0);
  const seen = new Set([kernel(start)]);
  const open = [start];
  let steps = 0;
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    for (const action of actions) {
      steps++;
      const { after, wakes } = act(state, action);
      const faults = [...check(state, action, after, wakes)];
      if (faults.length > 0)
        throw new Error(JSON.stringify({ faults, state, action, after, wakes }, null, 1));
      if (seen.has(kernel(after))) continue;
      seen.add(kernel(after));
      if (after.failures <= 5) open.push(after);
    }
  }
  return { states: seen.size, steps };
}

test.each<Kind[][]>([
  [['slot']],
  [['slot', 'slot']],
  [['slot', 'slot', 'slot']],
  [['slot', 'slot', 'slot', 'slot']],
  [['workflow', 'workflow', 'workflow']],
  [['workflow', 'slot', 'workflow']],
  [['run', 'run', 'run']],
  [['run', 'slot', 'workflow']],
  [['slot', 'workflow', 'workflow', 'slot']],
])('R1 to R6 hold in every state that %j can bring about', (kinds) => {
  expect(explore(kinds, faultsOf).states).toBeGreaterThan(kinds.length);
});

test('the check would tell: it sees a machine that gives a turn too many', () => {
  expect(() =>
    explore(['slot', 'slot'], function* (before, action, after, wakes) {
      yield* faultsOf(
        before,
        action,
        { ...after, holding: [...after.holding, ...after.waiting] as never },
        wakes,
      );
    }),
  ).toThrow('R1');
});

test('an attempt after a reset, which counts from 1 again, has the turn that the one before it left without a word', () => {
  const machine = new Machine(begunBy(callerOf('0', 'slot', 2), 0), () => 0);
  machine.wait({ ...callerOf('0', 'slot', 1), ticket: 3 });
  expect(machine.state.holding).toMatchObject([{ id: '0', attempt: 1 }]);
});

test('a retry on a host whose clock is behind has the turn of the attempt before it', () => {
  const machine = new Machine(begunBy(callerOf('0', 'slot', 1, 60), 0), () => 0);
  machine.wait(callerOf('0', 'slot', 2, 1));
  expect(machine.state.holding).toMatchObject([{ id: '0', attempt: 2, doubted: undefined }]);
});

test('an Activity that starts on a host whose clock is behind has the turn that its Workflow was given', () => {
  const machine = new Machine(begunBy(callerOf('0', 'workflow', 1, 60), 0), () => 0);
  machine.wait(callerOf('0', 'slot', 1, 1));
  expect(machine.state.holding).toMatchObject([{ id: '0', kind: 'slot', started: true }]);
});

test('who seems to be a former attempt has the holder asked, until a later word leaves no doubt', () => {
  const machine = new Machine(begunBy(callerOf('0', 'slot', 2, 60), 0), () => 0);
  machine.wait(callerOf('0', 'slot', 1, 1));
  expect(machine.state.holding).toMatchObject([{ attempt: 2, ticket: 60, doubted: true }]);
  machine.wait(callerOf('0', 'slot', 2, 60));
  expect(machine.state.holding[0]!.doubted).toBeUndefined();
});

test('with a process all its callers are gone, and no others', () => {
  const of = (id: string, process?: string): Caller => ({ ...callerOf(id, 'slot'), process });
  const machine = new Machine(begunBy(of('0', 'dead'), 0), () => 0);
  for (const [id, process] of [
    ['1', 'dead'],
    ['2', 'alive'],
    ['3', 'dead'],
    ['4', undefined],
  ] as const) {
    machine.wait(of(id, process));
  }
  const [held] = machine.state.holding;
  machine.leaveWith(held!);
  machine.gone(held!);
  expect(ids(machine.state.holding)).toEqual(['2']);
  expect(ids(machine.state.waiting)).toEqual(['4']);
});
