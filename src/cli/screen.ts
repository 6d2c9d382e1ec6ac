/**
 * All output goes through this file: answers to stdout, everything else to stderr. Colours,
 * progress and questions appear only on a terminal. Names and values come from other people.
 * Characters that would move a terminal's cursor or change the direction of text are removed from
 * lines, and escaped in longer texts and in JSON. Only bytes that go to a pipe or a file are
 * written unchanged.
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

/** Thrown when stdout has no reader any more, as after `| head`. It is not a failure. */
export class OutputClosed extends Error {}

export class Screen {
  /** Colours have no effect outside a terminal, and with NO_COLOR. */
  private readonly colors: ReturnType<typeof createColors>;
  private shown = false;

  constructor(private readonly streams: Streams) {
    const { stdout, stderr, env } = streams;
    this.colors = createColors(this.isTerminal && !env.NO_COLOR && env.TERM !== 'dumb');
    // Each write reports its own error. Without a listener the error would also end the process.
    for (const stream of [stdout, stderr]) stream.on('error', () => {});
  }

  get isTerminal(): boolean {
    return this.streams.stdout.isTTY === true;
  }

  /**
   * Prints a line of the answer. Resolves when more may be written, so a slow reader is waited for.
   */
  print(...line: readonly Piece[]): Promise<void> {
    return this.send(`${line.map((piece) => this.shownAs(piece)).join('')}\n`);
  }

  /** Prints lines of the answer. The text includes the line ends. */
  write(text: string): Promise<void> {
    return this.send(escaped(text));
  }

  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Promise<void> {
    return this.send(table(columns, rows, (piece) => this.shownAs(piece)));
  }

  json(value: unknown): Promise<void> {
    return this.write(`${JSON.stringify(value, undefined, 2)}\n`);
  }

  /** Prints one array while it is read, so that memory is bounded for any number of values. */
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

  /** Prints bytes: unchanged to a pipe or a file, as text to a terminal. */
  bytes(data: Uint8Array): Promise<void> {
    return this.isTerminal ? this.write(new TextDecoder().decode(data)) : this.send(data);
  }

  /** Prints a line to stderr. */
  say(line: string): void {
    this.progress('');
    this.streams.stderr.write(`${oneLine(line)}\n`);
  }

  /** Resolves when all lines on stderr are written. */
  async flush(): Promise<void> {
    this.progress('');
    await new Promise<void>((done) => this.streams.stderr.write('', () => done()));
  }

  /** Shows one changing line during long work. `''` removes it. */
  progress(text: string): void {
    const { stderr } = this.streams;
    if (!stderr.isTTY || (text === '' && !this.shown)) return;
    cursorTo(stderr, 0);
    clearLine(stderr, 0);
    stderr.write(oneLine(text).slice(0, (stderr.columns ?? 80) - 1)); // a wrapped line would stay
    this.shown = text !== '';
  }

  /** Asks a question. Returns undefined without a terminal, or if there is no answer. */
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
