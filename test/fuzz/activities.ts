/** The Activities that programs call: dozens of types, declared in all kinds of ways. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { cached, type CacheOptions } from 'temporal-activity-cache';
import { answerOf, digest, FAILURE, type StepArgument, TYPES, typeName } from './program';

/** What a program has stored is removed by the half: see {@link halfOf}. */
const tags = ([{ key }]: [StepArgument, ...unknown[]]): string[] => [halfOf(key)];

/** The tag of one half of what a run stores. @param key - of a call: its salt, then its own key */
export const halfOf = (key: string): string => {
  const [salt] = key.split('|');
  return `${salt}/${digest(key).charCodeAt(0) % 2}`;
};

const thrower = (): never => {
  throw new Error('a function of the user');
};

/** By `type % 10`; of `undefined` nothing is declared. */
const DECLARED: (CacheOptions | undefined)[] = [
  { version: '1' },
  { version: '1', ignoredInputs: [1] },
  { version: '1', ttl: '1 hour' },
  { version: '1', serialize: { waitTimeout: '20 seconds' } },
  { version: '1', ttl: '20 milliseconds' },
  { version: '1', cacheIf: (result) => digest(String(result)).charCodeAt(0) % 2 === 0 },
  { version: '1', key: () => Symbol('unkeyable') },
  { version: '1', key: thrower },
  undefined,
  { behavior: 'disable' },
];

function stepOf(type: number) {
  const name = typeName(type);
  const step = async (argument: StepArgument, _noise?: unknown): Promise<string> => {
    const { fails, ms } = argument;
    if (ms !== undefined) await sleep(ms);
    const { attempt } = Context.current().info;
    if (fails === 'always') throw ApplicationFailure.nonRetryable(FAILURE.message, FAILURE.type);
    if (fails === 'once' && attempt === 1) throw ApplicationFailure.retryable('try again', 'Once');
    return answerOf(name, argument);
  };
  const declared = DECLARED[type % DECLARED.length];
  if (declared === undefined) return step;
  const parameters = ['argument', 'noise'];
  return cached({ ...declared, parameters, ...(declared.behavior !== 'disable' && { tags }) }, step);
}

export const activities = Object.fromEntries(
  Array.from({ length: TYPES }, (_, type) => [typeName(type), stepOf(type)]),
);
