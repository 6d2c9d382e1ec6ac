/** Reads a generated project and its edits in a process of its own. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Format, Reading } from './read';

const root = resolve(__dirname, '../../..');

/** @returns what each of the projects answers, the first two without an edit, in a folder and a process of its own */
export function readingsOf(
  seed: number,
  modules: number,
  edits: number,
  format: Format,
  node = process.execPath,
): Reading[] {
  const folder = mkdtempSync(join(tmpdir(), 'generated-project-'));
  try {
    const args = [join(__dirname, 'read.ts'), folder, seed, modules, edits, format].map(String);
    const text = execFileSync(node, ['--import', 'tsx', ...args], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
    });
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Reading);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
