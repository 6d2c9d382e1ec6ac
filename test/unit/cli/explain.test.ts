/** `explain`, of calls that no entry is compared with. */
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
