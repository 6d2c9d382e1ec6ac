/** A header whose fields are misspelt says so, and never overwrites more than it means to. */
import { defaultPayloadConverter } from '@temporalio/common';
import { cached } from 'temporal-activity-cache';
import { readControl } from '../../src/options/run-control';
import { MockWorker } from '../helpers/mock';

const call = async (control: unknown) => {
  let runs = 0;
  const worker = new MockWorker({ f: cached('auto', async () => ++runs) });
  await worker.call('f');
  const headers = { 'activity-cache': defaultPayloadConverter.toPayload(control) };
  await worker.callWith({ headers }, 'f');
  await worker.callWith({ headers }, 'f');
  const error = worker.log.find(({ level }) => level === 'WARN')?.meta.error as Error | undefined;
  return { statuses: worker.statuses.slice(1), warnings: worker.warnings.length, said: error?.message };
};

describe('one that may be meant to say which Activities does nothing', () => {
  test.each([
    'activity', 'Activities', 'activites', 'activityTypes', 'activity_types', 'types', 'type', 'only', 'tasks', 'task', 'include', 'filter', 'names',
  ])('%s', async (field) => {
    const { statuses, warnings, said } = await call({ mode: 'overwrite', [field]: ['g'] });
    expect(statuses).toEqual(['hit', 'hit']);
    expect(warnings).toBe(1);
    expect(said).toBe(`it has an unknown field '${field}'; did you mean 'activities'?`);
  }); // prettier-ignore
});

test.each<[string, object, string[], string]>([
  ['a field like mode', { mode: 'readonly', mod: 'off' }, ['hit', 'hit'], `unknown field 'mod'; did you mean 'mode'?`],
  ['mode itself', { mdoe: 'overwrite' }, ['hit', 'hit'], `unknown field 'mdoe'; did you mean 'mode'?`],
  ['what is like nothing', { mode: 'overwrite', x: 1 }, ['stored overwrite', 'hit'], `unknown field 'x'.`],
])('misspelt is %s: named, the rest holds', async (_name, control, statuses, said) => {
  const told = await call(control);
  expect(told).toMatchObject({ statuses, warnings: 1, said: expect.stringContaining(said) });
}); // prettier-ignore

test('a header without unknown fields says nothing', async () => {
  const control = { mode: 'overwrite', activities: ['f'], run: 'r' };
  expect(await call(control)).toMatchObject({ warnings: 0, said: undefined });
});

test('a name that is long, or holds what a terminal would act on, is shown short, without it', () => {
  const { warning } = readControl({ mode: 'off', [`\x1b]0;${'x'.repeat(1_000)}`]: 1 });
  expect(warning!.length).toBeLessThan(120);
  expect(warning).not.toContain('\x1b');
});
