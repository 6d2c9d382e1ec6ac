/** Where a command writes: answers to stdout, all else to stderr; colours, progress and questions on a terminal alone. */
import { clearLine, cursorTo } from 'node:readline';
import { createInterface } from 'node:readline/promises';
import { once } from 'node:events';
import { createColors } from 'picocolors';
import { oneLine } from './format';

export interface Streams {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  stdout: NodeJS.WritableStream & { isTTY?: boolean };
  stderr: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  env: NodeJS.ProcessEnv;
}

/** Thrown when nobody reads stdout any more, as after `| head`: no error, there is nothing left to do. */
export class OutputClosed extends Error {}

export class Screen {
  /** For stdout; they do nothing elsewhere than on a terminal, and with NO_COLOR. */
  readonly colors: ReturnType<typeof createColors>;
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

  /** Part of the answer, with its line ends. Resolves when more may come: whoever reads slowly is waited for. */
  async write(text: string | Uint8Array): Promise<void> {
    this.progress('');
    await new Promise<void>((resolve, reject) => {
      this.streams.stdout.write(text, (error) => (error == null ? resolve() : reject(closedOr(error))));
    });
  }

  print(line: string): Promise<void> {
    return this.write(`${line}\n`);
  }

  json(value: unknown): Promise<void> {
    return this.print(JSON.stringify(value, undefined, 2));
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
    stderr.write(text.slice(0, (stderr.columns ?? 80) - 1)); // a wrapped line could not be taken back
    this.shown = text !== '';
  }

  /** Undefined where nobody can be asked, or nobody answers. */
  async ask(question: string): Promise<string | undefined> {
    const { stdin, stderr } = this.streams;
    if (!stdin.isTTY || !stderr.isTTY) return undefined;
    const asking = createInterface({ input: stdin, output: stderr });
    try {
      return await Promise.race([asking.question(question), once(asking, 'close').then(() => undefined)]);
    } finally {
      asking.close();
    }
  }
}

const closedOr = (error: Error): Error =>
  (error as NodeJS.ErrnoException).code === 'EPIPE' ? new OutputClosed() : error;
