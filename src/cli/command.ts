/** What a command is. Each is one file of `commands/`, named in commands/index.ts. */
import type { CacheStore } from '../store/store';
import type { Given, Options } from './option';
import type { Screen, Streams } from './screen';
import type { Temporal, TemporalAddress } from './temporal';

/** All that a command has to do with besides its words: what a test brings its own of. */
export interface CliContext extends Streams {
  /** By which name it was called. */
  program: string;
  /** @param given - what `--store` says, or the environment */
  openStore(given: string | undefined): Promise<CacheStore>;
  connect(to: TemporalAddress): Promise<Temporal>;
}

export interface Call<O extends Options> {
  /** The words after the name that are no options. */
  operands: string[];
  given: Given<O>;
  screen: Screen;
  world: CliContext;
}

export interface Command<O extends Options = Options> {
  name: string;
  /** How its operands are called, and how many there may be. */
  operands?: { usage: string; least: number; most: number };
  summary: string;
  /** Sentences for its own help. */
  about?: string;
  options: O;
  /** A line, and what it does. */
  examples: readonly (readonly [line: string, does: string])[];
  /** Environment variables: name, and what it is for. */
  variables: Readonly<Record<string, string>>;
  /** @returns the exit code; nothing for 0 */
  run(call: Call<O>): Promise<number | void>;
}

/** Lets a command be written with the types of its own options, and be kept in one table with the others. */
export const command = <const O extends Options>(described: Command<O>): Command => described;
