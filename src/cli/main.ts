/** The command line: finds the command, runs it, and reports a failure in one line. */
import { CacheOptionsError } from '../errors';
import { PACKAGE_VERSION } from '../package-version';
import { didYouMean } from '../options/check';
import type { Command, CliContext } from './command';
import { UsageError } from './errors';
import { commands } from './commands';
import { helpOf, overview } from './help';
import { withFix } from './fixes';
import { OutputClosed, Screen } from './screen';
import { readWords } from './words';

/** @returns the exit code: 0 success, 1 failure, 2 incorrect usage. Never throws */
export async function main(words: string[], context: CliContext): Promise<number> {
  const screen = new Screen(context);
  try {
    return await answer(words, context, screen);
  } catch (error) {
    if (error instanceof OutputClosed) return 0;
    screen.say(`${context.program}: ${withFix(error)}`);
    return error instanceof UsageError || error instanceof CacheOptionsError ? 2 : 1;
  } finally {
    await screen.flush();
  }
}

async function answer([name, ...rest]: string[], context: CliContext, screen: Screen): Promise<number> {
  if (name === '--version') {
    await screen.print(PACKAGE_VERSION);
    return 0;
  }
  if (name === undefined || name === '--help' || name === '-h' || (name === 'help' && rest.length === 0)) {
    await screen.write(overview(context.program, commands));
    return 0;
  }
  const command = commandCalled(name === 'help' ? rest[0]! : name);
  const read = name === 'help' ? 'help' : readWords(context.program, command, rest);
  if (read === 'help') {
    await screen.write(helpOf(context.program, command));
    return 0;
  }
  return (await command.run({ ...read, screen, context })) ?? 0;
}

function commandCalled(name: string): Command {
  const found = commands.find((command) => command.name === name);
  if (found !== undefined) return found;
  const names = commands.map((command) => command.name);
  throw new UsageError(
    `unknown command '${name}'${didYouMean(name, names, OTHER_NAMES)} Commands: ${names.join(', ')}`,
  );
}

/** The names that other programs use for the same commands. */
const OTHER_NAMES: Record<string, string> = {
  list: 'ls',
  get: 'show',
  cat: 'show',
  del: 'rm',
  delete: 'rm',
  remove: 'rm',
  invalidate: 'rm',
  clear: 'rm',
  gc: 'prune',
  size: 'stats',
  status: 'stats',
  check: 'doctor',
};
