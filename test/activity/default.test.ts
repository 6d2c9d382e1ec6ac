/** Types that no Activity is registered for, which the one named `default` serves. */
import { cached } from 'temporal-activity-cache';
import { MockWorker } from '../helpers/mock';

async function anything(x: number) {
  return x;
}

test('options by type hold for a type that the default Activity serves', async () => {
  const worker = new MockWorker({ default: anything }, { activities: { named: 'auto' } });
  for (const type of ['named', 'named', 'other', 'other']) expect(await worker.call(type, 1)).toBe(1);
  expect(worker.statuses).toEqual(['stored new', 'hit']);
});

test.each([
  ['an unknown parameter', anything, { ignoredInputs: 'y' }, "no parameter 'y'"],
  ['a source that cannot be read', anything.bind(null), 'auto', 'cannot be read'],
] as const)(
  'options by type that do not fit the default Activity, %s: the call runs, and a warning says what is wrong',
  async (_name, fn, options, problem) => {
    const worker = new MockWorker({ default: fn }, { activities: { named: options } });
    expect([await worker.call('named', 1), await worker.call('named', 1)]).toEqual([1, 1]);
    expect(worker.statuses).toEqual(['bypassed policy-error', 'bypassed policy-error']);
    expect(worker.told[0]!.detail).toContain(problem);
    expect(worker.warnings).toHaveLength(1);
    const { error } = worker.log.find(({ level }) => level === 'WARN')!.meta;
    expect(error.message).toContain(problem);
  },
);

test('a declared default keeps its options for every type', async () => {
  const worker = new MockWorker({ default: cached({ version: '1' }, anything) });
  for (const type of ['a', 'a', 'b']) await worker.call(type, 1);
  expect(worker.statuses).toEqual(['stored new', 'hit', 'stored new']);
});
