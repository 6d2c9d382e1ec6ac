/** The Workflows that run programs: one that is not cached, one that is. */
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  isCancellation,
  proxySinks,
  setHandler,
  type Sinks,
  ApplicationFailure,
} from '@temporalio/workflow';
import { cachedWorkflow } from 'temporal-activity-cache/workflow';
import { Interpreter } from './interpreter';
import type { Run, Value } from './program';
import { signal, trace, update } from './protocol';

/** Called also on replay: what a run did must be what it does again. */
export interface FuzzSinks extends Sinks {
  fuzz: {
    ended(trace: string): void;
    wrong(what: string): void;
    afterEnd(): void;
  };
}

export async function plain(run: Run): Promise<Value> {
  return interpret(run);
}

export const kept = cachedWorkflow(
  { version: '1', tags: (args: unknown[]) => [`${(args[0] as Run).salt}/1`] },
  async function kept(run: Run): Promise<Value> {
    return interpret(run);
  },
);

async function interpret(run: Run): Promise<Value> {
  const { program, phase, value: input } = run;
  const { fuzz } = proxySinks<FuzzSinks>();
  const interpreter = new Interpreter(run, (what) => fuzz.wrong(what));
  const { onSignal, onUpdate } = program;
  setHandler(trace, () => interpreter.trace);
  setHandler(signal, async () => {
    interpreter.signals++;
    if (onSignal) await interpreter.run(onSignal, input).catch(() => {});
  });
  if (onUpdate) setHandler(update, () => interpreter.run(onUpdate, { text: 'update', sure: true }));
  let end = 'returned';
  try {
    const value = await interpreter.run(program.phases[phase]!, input);
    if (program.waits) await condition(allHandlersFinished);
    if (interpreter.wrongs.length > 0)
      throw ApplicationFailure.nonRetryable(interpreter.wrongs.join('; '), 'Wrong');
    if (phase + 1 === program.phases.length) return value;
    end = 'continued';
    await continueAsNew<typeof plain>({ ...run, phase: phase + 1, value, signals: interpreter.signals });
    throw new Error('continueAsNew returned');
  } catch (error) {
    if (end === 'returned') end = isCancellation(error) ? 'cancelled' : 'failed';
    throw error;
  } finally {
    fuzz.ended([...interpreter.trace, end].join(' '));
  }
}
