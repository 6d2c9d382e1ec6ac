/** A campaign of a test: a folder of its own, and nothing may fail. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { campaign } from './campaign';

type Given = Omit<Parameters<typeof campaign>[0], 'address' | 'folder' | 'log'>;

export async function expectNoFailure(given: Given): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  const lines: string[] = [];
  try {
    const address = process.env.TEST_TEMPORAL_ADDRESS!;
    const failed = await campaign({ ...given, address, folder, log: (line) => lines.push(line) });
    expect({ failed, lines: failed === 0 ? [] : lines }).toEqual({ failed: 0, lines: [] });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
