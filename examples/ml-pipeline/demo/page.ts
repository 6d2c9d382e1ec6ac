/** A page of one run, made by the command line as anybody would make it. */
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Run } from './table';

const project = join(__dirname, '../../..');
const PAGE = join('build', 'demo-run.html');

/** The run that waited for another one has the most to show; without one it is the third. */
export const runToShow = (runs: Run[], together: Run[]): Run =>
  together.find(({ report }) => report.totals.joined > 0) ?? runs[2]!;

/** @returns the place of the page */
export async function writePage(workflowId: string, address: string, uiUrl?: string): Promise<string> {
  mkdirSync(join(project, 'build'), { recursive: true });
  const program = join(project, 'lib', 'cli', 'bin.js');
  const server = ['--address', address, '--namespace', 'default', ...(uiUrl ? ['--ui-address', uiUrl] : [])];
  const words = ['report', workflowId, '--html', PAGE, ...server];
  await promisify(execFile)(process.execPath, [program, ...words], { cwd: project });
  return PAGE;
}
