/**
 * Random programs for some minutes: see test/fuzz.
 *
 * @jest-environment node
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { campaign } from '../fuzz/campaign';

const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
afterAll(() => rmSync(folder, { recursive: true }));

test(
  'programs with a cache do what they do without it, and replay',
  async () => {
    const lines: string[] = [];
    const failed = await campaign({
      address: process.env.TEST_TEMPORAL_ADDRESS!,
      folder,
      seed: `${Date.now()}`,
      seconds: 60,
      programs: Infinity,
      atOnce: 10,
      shrinks: 1,
      patienceMs: 120_000,
      log: (line) => lines.push(line),
    });
    expect({ failed, lines: failed === 0 ? [] : lines }).toEqual({ failed: 0, lines: [] });
  },
  20 * 60_000,
);
