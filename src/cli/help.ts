/** The help texts, built from what commands declare. */
import type { Command } from './command';
import { oneLine } from './format';
import { table } from './table';

const indented = (pairs: readonly (readonly [string, string])[]): string =>
  table([{ cell: ([left]) => `  ${left}` }, { cell: ([, right]) => right }], pairs, (piece) =>
    oneLine(typeof piece === 'string' ? piece : piece.text),
  );

export function overview(program: string, commands: readonly Command[]): string {
  return `${program} COMMAND [options]

What a cache of Activity results holds, and what it did.

${indented(commands.map((command) => [usageOf(command), command.summary]))}
${indented([
  [`${program} COMMAND --help`, 'options and examples'],
  [`${program} --version`, 'the version of this program'],
])}
Exit code: 0 done, 1 failed, 2 wrong use.
`;
}

const usageOf = ({ name, operands }: Command): string => [name, operands?.usage].filter(Boolean).join(' ');

export function helpOf(program: string, command: Command): string {
  const { summary, about, options, examples, variables } = command;
  const listed = Object.entries(options).map(
    ([name, { value, about: says }]) =>
      [value === undefined ? `--${name}` : `--${name} ${value}`, says] as const,
  );
  return `${program} ${usageOf(command)} [options]

${summary}${about === undefined ? '' : `\n${about}`}

Options
${indented([...listed, ['--help', 'show this text']])}
Examples
${examples.map(([line, does]) => `  ${program} ${line}\n      ${does}\n`).join('')}
Environment
${indented(Object.entries(variables))}`;
}
