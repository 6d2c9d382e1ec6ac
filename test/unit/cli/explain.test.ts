/** `explain`, of calls that no entry is compared with. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStore } from 'temporal-activity-cache';
import { type Completed, serverOf } from '../../helpers/cli/history';
import { run } from '../../helpers/cli/run';

const key = 'abcdef0123456789'.repeat(4);

const explained = async (completed: Partial<Completed>) => {
  const calls = [{ activityType: 'train', key, durationMs: 5, ...completed }];
  const { code, out, err } = await run('explain id', {
    store: () => new MemoryStore(),
    connect: async () => serverOf('id', calls),
  });
  expect([code, err]).toEqual([0, '']);
  return out.trim().split('\n');
};

test('a result that was not stored: why not, with what the report has in detail', async () => {
  const unstored = { status: 'unstored', why: 'new' } as const;
  expect(
    await explained({ ...unstored, reason: 'skipped', detail: 'the version of f is not known' }),
  ).toEqual([
    'train 1: unstored, new',
    '  The execution asked not to be stored, was cancelled, or is a Workflow that used something uncertain: the version of f is not known. Key abcdef012345.',
  ]);
  expect(await explained({ ...unstored, reason: 'too-large', detail: '3000000 bytes' })).toEqual([
    'train 1: unstored, new',
    '  The result was too large to be stored: 3000000 bytes. Key abcdef012345.',
    "  What to do: return a reference to it, or raise 'maxValueBytes'.",
  ]);
});

test('a new key whose entry is gone: it cannot be compared', async () => {
  expect(await explained({ status: 'stored', why: 'new', detail: 'inputs · depth' })).toEqual([
    'train 1: stored, new',
    '  No entry had this key, and its own entry is not in the store now, so it cannot be compared. Key abcdef012345.',
  ]);
});

describe('a call that is not made, of an Activity that is not found', () => {
  const folder = mkdtempSync(join(tmpdir(), 'explain-'));
  const file = join(folder, 'activities.js');
  writeFileSync(file, 'exports.loadSales = async () => 1; exports.Shop = class {};');
  afterAll(() => rmSync(folder, { recursive: true }));
  const ask = (words: string) => run(`explain --activity ${words}`, { store: () => new MemoryStore() });

  test('says how to name its file', async () => {
    const { code, err } = await ask('loadSales');
    expect([code, err]).toEqual([2, expect.stringContaining('name the file that exports it: --from FILE')]);
  });

  test('says what the file exports that is near, and how to name an Activity of a class', async () => {
    const { code, err } = await ask(`loadSale --from ${file}`);
    expect(code).toBe(1);
    expect(err).toContain(`${file} exports no Activity 'loadSale'; did you mean 'loadSales'?`);
    expect(err).toContain('A class is not one');
  });
});
