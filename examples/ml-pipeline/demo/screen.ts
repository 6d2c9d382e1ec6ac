/** Prints lines and, on a terminal, keeps one changing line below them. */
import { clearLine, cursorTo } from 'node:readline';

const { stdout } = process;
let live = '';

export function print(text = ''): void {
  showLive('');
  stdout.write(`${text}\n`);
}

/** The line that says what is going on now. Elsewhere than on a terminal, nothing is shown. */
export function showLive(text: string): void {
  if (!stdout.isTTY || text === live) return;
  live = text.slice(0, stdout.columns - 1); // a wrapped line could not be taken back
  cursorTo(stdout, 0);
  clearLine(stdout, 0);
  stdout.write(live);
}

/** Says what is awaited while it takes long, and how long it has taken. */
export async function during<T>(what: string, work: Promise<T>): Promise<T> {
  const started = Date.now();
  if (!stdout.isTTY) print(`${what} ...`);
  const timer = setInterval(
    () => showLive(`${what} ... ${((Date.now() - started) / 1000).toFixed(0)} s`),
    100,
  );
  try {
    return await work;
  } finally {
    clearInterval(timer);
    showLive('');
  }
}
