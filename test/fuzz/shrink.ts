/** A smaller program that fails in the same way. */
import { allNodes, type Node, type Program } from './program';

/**
 * Tries smaller programs as long as one of them still fails and there is time.
 * @param fails - whether a program does
 */
export async function shrink(
  program: Program,
  fails: (smaller: Program) => Promise<boolean>,
  mostTries: number,
  until = Infinity,
): Promise<Program> {
  let best = program;
  let tries = 0;
  for (let found = true; found;) {
    found = false;
    for (const smaller of smallerPrograms(best)) {
      if (tries++ >= mostTries || Date.now() >= until) return best;
      if (!(await fails(smaller))) continue;
      best = smaller;
      found = true;
      break;
    }
  }
  return best;
}

function* smallerPrograms(program: Program): Generator<Program> {
  const { phases, onSignal, onUpdate } = program;
  if (onSignal !== undefined) yield { ...program, onSignal: undefined };
  if (onUpdate !== undefined) yield { ...program, onUpdate: undefined };
  if (program.queries > 0) yield { ...program, queries: 0 };
  if (program.kept) yield { ...program, kept: false };
  if (phases.length > 1) for (const phase of phases) yield { ...program, phases: [phase] };
  if (program.signals > 0 && !allNodes(program).some((node) => node.do === 'signal'))
    yield { ...program, signals: 0 };
  for (const [i, phase] of phases.entries())
    for (const smaller of smallerNodes(phase)) yield { ...program, phases: phases.with(i, smaller) };
  for (const name of ['onSignal', 'onUpdate'] as const) {
    const node = program[name];
    if (node !== undefined) for (const smaller of smallerNodes(node)) yield { ...program, [name]: smaller };
  }
}

/** Those that leave most away come first. */
function* smallerNodes(node: Node): Generator<Node> {
  yield* node.of;
  if (node.of.length > 2 && 'of' in node)
    for (let i = 0; i < node.of.length; i++) yield { ...node, of: node.of.toSpliced(i, 1) } as Node;
  if (node.do === 'fan' && node.times > 2)
    for (const times of [2, Math.ceil(node.times / 2)]) if (times < node.times) yield { ...node, times };
  if (node.do === 'wrap' && node.depth > 1) yield { ...node, depth: 1 };
  if (node.do === 'call') yield* simplerCalls(node);
  for (let i = 0; i < node.of.length; i++)
    for (const smaller of smallerNodes(node.of[i]!))
      yield { ...node, of: node.of.toSpliced(i, 1, smaller) } as Node;
}

function* simplerCalls(call: Extract<Node, { do: 'call' }>): Generator<Node> {
  for (const field of ['ms', 'length', 'fails', 'cache', 'unconvertible'] as const)
    if (call[field] !== undefined) yield { ...call, [field]: undefined };
  if (call.cache !== undefined && call.cache !== true) yield { ...call, cache: true };
}
