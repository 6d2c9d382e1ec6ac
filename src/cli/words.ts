/**
 * Parses the words of the command line to options. For an unknown word, suggests the nearest one.
 */
import { parseArgs } from 'node:util';
import { didYouMean } from '../options/check';
import type { Command } from './command';
import type { Given, Options } from './option';
import { UsageError } from './errors';

const HELP = { help: { type: 'boolean', short: 'h' } } as const;

/**
 * @returns `'help'` if help is requested
 * @throws {UsageError}
 */
export function readWords(
  program: string,
  { name, options, operands }: Command,
  words: string[],
): { given: Given<Options>; operands: string[] } | 'help' {
  const config = { args: words, options: { ...options, ...HELP }, allowPositionals: true };
  const { tokens } = parseArgs({ ...config, strict: false, tokens: true });
  const said = tokens.filter((token) => token.kind === 'option');
  if (said.some((token) => token.name === 'help')) return 'help';
  for (const { rawName, name: option } of said) {
    if (Object.hasOwn(options, option)) continue;
    const valid = [...Object.keys(options), 'help'].map((one) => `--${one}`);
    throw new UsageError(
      `${name}: unknown option '${rawName}'${didYouMean(rawName, valid)} ${seeHelp(program, name)}`,
    );
  }
  const repeated = said.find((token, i) => said.findIndex((other) => other.name === token.name) < i);
  if (repeated !== undefined) throw new UsageError(`${name}: ${repeated.rawName} is given twice`);

  const { least, most, usage } = operands ?? { least: 0, most: 0, usage: '' };
  const { values, positionals } = parseStrictly(program, name, config);
  if (positionals.length < least) throw new UsageError(`${name}: give ${usage}. ${seeHelp(program, name)}`);
  if (positionals.length > most) {
    const extra = positionals[most]!;
    const hint = Object.hasOwn(options, extra) ? `; did you mean '--${extra}'?` : '';
    throw new UsageError(
      `${name}: what is '${extra}' for${hint === '' ? '?' : hint} ${seeHelp(program, name)}`,
    );
  }
  return { given: values, operands: positionals };
}

function parseStrictly(program: string, name: string, config: NonNullable<Parameters<typeof parseArgs>[0]>) {
  try {
    return parseArgs({ ...config, strict: true });
  } catch (error) {
    throw new UsageError(`${name}: ${(error as Error).message.split('\n')[0]}. ${seeHelp(program, name)}`);
  }
}

const seeHelp = (program: string, name: string): string => `See ${program} ${name} --help`;

/** @throws {UsageError} */
export function wholeNumber(option: string, text: string): number {
  if (/^\d+$/.test(text) && Number(text) > 0) return Number(text);
  throw new UsageError(`${option} must be a whole number above 0, not '${text}'`);
}
