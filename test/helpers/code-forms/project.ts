/** Projects in many forms of code, each with edits of code that its function reaches, and with others. */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import all from './forms.json';

export type Edit = [file: string, from: string, to: string];

export interface Form {
  name: string;
  files: Record<string, string>;
  /** Default: `workflows.ts`. */
  entry?: string;
  /** What the function is exported as. Default: `quote`. */
  type?: string;
  links?: Record<string, string>;
  /** What webpack's configuration has instead. */
  webpack?: object;
  /** The edits that the function reaches. */
  changes: Edit[];
  /** The others. */
  keeps?: Edit[];
}

export const forms = all as unknown as Form[];

/** It returns the function, as the real one does. */
const STUB = {
  'node_modules/temporal-activity-cache/package.json': '{"name":"temporal-activity-cache","version":"1.0.0"}',
  'node_modules/temporal-activity-cache/workflow.js': 'exports.cachedWorkflow = (options, fn) => fn;',
};
const SDK = join(__dirname, '../../../node_modules/@temporalio');

/** @returns the path of the module that exports the function */
export function write(
  { files, entry = 'workflows.ts', links = {} }: Form,
  folder: string,
  edit?: Edit,
): string {
  for (const [name, text] of Object.entries({ ...files, ...STUB })) {
    const edited = edit?.[0] === name ? text.replace(edit[1], edit[2]) : text;
    if (edit?.[0] === name && edited === text) throw new Error(`${edit.join(' ')} changes nothing`);
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), edited);
  }
  for (const [name, to] of Object.entries({ ...links, 'node_modules/@temporalio': SDK })) {
    const at = join(folder, name);
    mkdirSync(dirname(at), { recursive: true });
    if (!existsSync(at)) symlinkSync(to === SDK ? to : join(folder, to), at);
  }
  return join(folder, entry);
}
