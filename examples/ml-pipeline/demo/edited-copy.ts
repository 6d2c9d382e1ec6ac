/** A copy of this example in which one function is edited, as somebody who tidies code would do it. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Inside the project, so that its packages are found. */
const FOLDER = join(__dirname, '../../../build/edited-example');

const BEFORE = 'numbers.reduce((total, number) => total + number, 0)';
const AFTER = 'numbers.reduce((total, number) => number + total, 0)';

/** @returns the folder of the copy */
export function editedCopy(): string {
  rmSync(FOLDER, { recursive: true, force: true });
  cpSync(join(__dirname, '..'), FOLDER, { recursive: true });
  const file = join(FOLDER, 'numbers.ts');
  const code = readFileSync(file, 'utf8');
  if (!code.includes(BEFORE)) throw new Error(`The demo edits another ${file}`);
  writeFileSync(file, code.replace(BEFORE, AFTER));
  return FOLDER;
}
