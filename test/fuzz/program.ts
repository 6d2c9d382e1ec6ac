/** Workflow programs as data, and what their steps answer. Read by the generator, the host and the Workflow that runs them. */
import type { CallSite } from 'temporal-activity-cache/workflow';

/** What a step is called with. Its answer depends on nothing else: see {@link answerOf}. */
export interface StepArgument {
  key: string;
  /** Answers are padded to so many characters. */
  length?: number;
  /** On every attempt, or on the first one only. */
  fails?: 'always' | 'once';
  ms?: number;
}

export interface Call extends Omit<StepArgument, 'key'> {
  do: 'call';
  /** Names the call in traces. */
  site: number;
  /** The Activity is `step<type>`. */
  type: number;
  /** Calls with one key have one argument; without it the key is the value that the program has computed so far. */
  key?: string;
  cache?: CallSite;
  /** A local Activity of the user's own. */
  local?: true;
  /** The argument cannot be converted. */
  unconvertible?: true;
  of: [];
}

export type Wrapping =
  'async' | 'then' | 'try' | 'thenable' | 'generator' | 'asyncGenerator' | 'before' | 'after' | 'condition';

type Inner = [Node];
type Two = [Node, Node];

export type Node =
  | Call
  | { do: 'sequence' | 'all' | 'allSettled' | 'race' | 'any' | 'cancelOnFirst'; of: Node[] }
  | { do: 'fan'; times: number; of: Inner }
  | { do: 'wrap'; wrapping: Wrapping; depth: number; of: Inner }
  | { do: 'catch' | 'finally' | 'cleanUp'; of: Two }
  | { do: 'timeout'; ms: number; of: Inner }
  | { do: 'cancelAfter'; microtasks: number; of: Inner }
  | { do: 'nonCancellable' | 'spawn'; of: Inner }
  | { do: 'sleep'; ms: number; of: [] }
  | { do: 'signal'; count: number; of: [] }
  | { do: 'child'; kept: boolean; cache?: object; site: number; named: boolean; of: Inner }
  | { do: 'throw'; of: [] };

export interface Program {
  name: string;
  /** Each but the last one ends with continue-as-new. */
  phases: Node[];
  onSignal?: Node;
  onUpdate?: Node;
  /** How many signals are sent. */
  signals: number;
  /** How many queries are sent while it runs. */
  queries: number;
  /** Waits for its handlers before a phase ends. */
  waits: boolean;
  /** The whole Workflow is cached. */
  kept: boolean;
  /** Is cancelled from outside, after so many milliseconds. */
  cancelledAfter?: number;
}

/** The argument of the Workflow, one run of a program. */
export interface Run {
  program: Program;
  /** Part of most keys: what another run has stored is no hit for this one unless they share it. */
  salt: string;
  /** Without any `cache`. */
  plain: boolean;
  phase: number;
  value: Value;
  signals: number;
}

/** What a node computes. A value that depends on who was first is not `sure`, and not compared. */
export interface Value {
  text: string;
  sure: boolean;
}

export const FAILURE = { type: 'Expected', message: 'as told' };
export const TYPES = 64;
export const typeName = (type: number): string => `step${type}`;

/** What a step answers. */
export const answerOf = (activityType: string, { key, length = 0 }: StepArgument): string =>
  `${activityType}=${digest(key)}`.padEnd(length, '.');

/** FNV-1a, 32 bits twice. */
export function digest(text: string): string {
  let [one, two] = [0x811c9dc5, 0xc9dc5118];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    one = Math.imul(one ^ code, 0x01000193);
    two = Math.imul(two ^ code ^ (one >>> 9), 0x01000193);
  }
  return [one, two].map((word) => (word >>> 0).toString(36)).join('');
}

export function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const inner of node.of) yield* nodesOf(inner);
}

export const allNodes = ({ phases, onSignal, onUpdate }: Program): Node[] =>
  [...phases, onSignal, onUpdate].flatMap((node) => (node === undefined ? [] : [...nodesOf(node)]));

/** The same with a local Activity of the user's own in the place of each look-up. */
export const withLocals = (program: Program): Program => {
  const changed = (node: Node): Node =>
    node.do === 'call'
      ? { ...node, ...(node.cache !== undefined && { local: true, cache: undefined }) }
      : ({ ...node, of: node.of.map(changed) } as Node);
  const { phases, onSignal, onUpdate } = program;
  return {
    ...program,
    phases: phases.map(changed),
    onSignal: onSignal && changed(onSignal),
    onUpdate: onUpdate && changed(onUpdate),
  };
};

/** Whether it has local Activities of the user's: the SDK alone does not keep their order on replay. */
export const hasLocals = (program: Program): boolean =>
  allNodes(program).some((node) => node.do === 'call' && node.local === true);
