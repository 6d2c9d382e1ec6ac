/** The forms of code in which Workflows are edited, as Activities. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Edit } from '../helpers/code-forms/project';

interface Read {
  name: string;
  missed: Edit[];
  superfluous: Edit[];
}

test('the version misses what docs/what-auto-sees.md says that it does not see, and nothing else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'activity-forms-'));
  const script = join(__dirname, '../helpers/code-forms/read-activities.ts');
  const text = execFileSync(process.execPath, ['--import', 'tsx', script, folder], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  const read = JSON.parse(text) as Read[];
  const missed = read.flatMap((one) => one.missed.map(([file]) => `${one.name}: ${file}`));
  expect(missed).toEqual([
    'dynamic import of template name: loc/de.ts', // the name is computed
    'entry registers, table filled by sibling: setup.ts', // the function's module does not import it
    'entry sets globalThis: setup.ts', // as well
    'tsc class field arrow: workflows.js', // the data of an instance
    'swc class field arrow (ts): workflows.ts', // as well
  ]);
  const superfluous = read.flatMap((one) => one.superfluous.map(([file]) => `${one.name}: ${file}`));
  expect(superfluous).toEqual([
    'unrelated edits: f.ts', // the same module is imported once more, under another name
    'lazy imports package + comment in lazy: lazy.ts', // TypeScript that is not loaded yet is a text
  ]);
});
