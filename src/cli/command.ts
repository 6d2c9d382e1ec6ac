/**
 * The interface of a command. Each command is one file in `commands/`, listed in commands/index.ts.
 */
import type { CacheStore } from '../store/store';
import type { Given, Options } from './option';
import type { Screen, Streams } from './screen';
import type { Temporal, TemporalAddress } from './temporal';

/** Everything a command uses besides its words. Tests replace it. */
export interface CliContext extends Streams {
  /** The name by which the program was called. */
  program: string;
  /** @param given - the value of `--store`, or of the environment variable */
  openStore(given: string | undefined): Promise<CacheStore>;
  connect(to: TemporalAddress): Promise<Temporal>;
  /** Resolves when a command that serves is to end. @param onFault - hears of uncaught errors */
  untilStopped(onFault: (error: unknown) => void): Promise<void>;
}

export interface Call<O extends Options> {
  /** The words after the command's name that are not options. */
  operands: string[];
  given: Given<O>;
  screen: Screen;
  context: CliContext;
}

export interface Command<O extends Options = Options> {
  name: string;
  /**
   * The names of the operands in the usage line, and the smallest and largest number of operands.
   */
  operands?: { usage: string; least: number; most: number };
  summary: string;
  /** Sentences for the help of this command. */
  about?: string;
  options: O;
  /** Command lines, each with what it does. */
  examples: readonly (readonly [line: string, does: string])[];
  /** Environment variables, each with its purpose. */
  variables: Readonly<Record<string, string>>;
  /** @returns the exit code, or nothing for 0 */
  run(call: Call<O>): Promise<number | void>;
}

/** Gives a command the types of its own options, while all commands fit in one table. */
export const command = <const O extends Options>(described: Command<O>): Command => described;
