/**
 * The one place where anything is written: answers to stdout, all else to stderr; colours, progress and questions on a terminal alone.
 * Names and values come from others: what would move a terminal's cursor or turn the direction of text around is taken out of lines, and
 * escaped in longer texts and in JSON. Only bytes that go to a pipe or a file are written as they are.
 */
import { clearLine, cursorTo } from 'node:readline';
import { createInterface } from 'node:readline/promises';
import { once } from 'node:events';
import { createColors } from 'picocolors';
import { escaped, oneLine } from './format';
import type { Piece } from './paint';
import { type Column, table } from './table';

export interface Streams {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  stdout: NodeJS.WritableStream & { isTTY?: boolean };
  stderr: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  env: NodeJS.ProcessEnv;
}

/** Thrown when nobody reads stdout any more, as after `| head`: no error, there is nothing left to do. */
export class OutputClosed extends Error {}

export class Screen {
  /** They do nothing elsewhere than on a terminal, and with NO_COLOR. */
  private readonly colors: ReturnType<typeof createColors>;
  private shown = false;

  constructor(private readonly streams: Streams) {
    const { stdout, stderr, env } = streams;
    this.colors = createColors(this.isTerminal && !env.NO_COLOR && env.TERM !== 'dumb');
    // Told to whoever writes; without a listener it would end the process as well.
    for (const stream of [stdout, stderr]) stream.on('error', () => {});
  }

  get isTerminal(): boolean {
    return this.streams.stdout.isTTY === true;
  }

  /** A line of the answer. Resolves when more may come: whoever reads slowly is waited for. */
  print(...line: readonly Piece[]): Promise<void> {
    return this.send(`${line.map((piece) => this.shownAs(piece)).join('')}\n`);
  }

  /** Lines of the answer, with their ends. */
  write(text: string): Promise<void> {
    return this.send(escaped(text));
  }

  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Promise<void> {
    return this.send(table(columns, rows, (piece) => this.shownAs(piece)));
  }

  json(value: unknown): Promise<void> {
    return this.write(`${JSON.stringify(value, undefined, 2)}\n`);
  }

  /** As one array, written while it is read: memory is bounded, however many there are. */
  async jsonList(values: AsyncIterable<unknown>): Promise<void> {
    let before = '[\n  ';
    let after = '[]\n';
    for await (const value of values) {
      await this.write(before + JSON.stringify(value));
      before = ',\n  ';
      after = '\n]\n';
    }
    await this.write(after);
  }

  /** To a pipe or a file as they are; to a terminal as text. */
  bytes(data: Uint8Array): Promise<void> {
    return this.isTerminal ? this.write(new TextDecoder().decode(data)) : this.send(data);
  }

  /** A line beside the answer. */
  say(line: string): void {
    this.progress('');
    this.streams.stderr.write(`${oneLine(line)}\n`);
  }

  /** Resolves when all that was said is written. */
  async flush(): Promise<void> {
    this.progress('');
    await new Promise<void>((done) => this.streams.stderr.write('', () => done()));
  }

  /** One changing line, for long work; `''` takes it away. */
  progress(text: string): void {
    const { stderr } = this.streams;
    if (!stderr.isTTY || (text === '' && !this.shown)) return;
    cursorTo(stderr, 0);
    clearLine(stderr, 0);
    stderr.write(oneLine(text).slice(0, (stderr.columns ?? 80) - 1)); // a wrapped line could not be taken back
    this.shown = text !== '';
  }

  /** Undefined where nobody can be asked, or nobody answers. */
  async ask(question: string): Promise<string | undefined> {
    const { stdin, stderr } = this.streams;
    if (!stdin.isTTY || !stderr.isTTY) return undefined;
    this.progress('');
    const asking = createInterface({ input: stdin, output: stderr });
    try {
      const answer = asking.question(oneLine(question));
      return await Promise.race([answer, once(asking, 'close').then(() => undefined)]);
    } finally {
      asking.close();
    }
  }

  private shownAs(piece: Piece): string {
    return typeof piece === 'string' ? oneLine(piece) : this.colors[piece.color](oneLine(piece.text));
  }

  private async send(text: string | Uint8Array): Promise<void> {
    this.progress('');
    await new Promise<void>((resolve, reject) => {
      this.streams.stdout.write(text, (error) => (error == null ? resolve() : reject(closedOr(error))));
    });
  }
}

const closedOr = (error: Error): Error =>
  (error as NodeJS.ErrnoException).code === 'EPIPE' ? new OutputClosed() : error;
