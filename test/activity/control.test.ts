/** What an Activity does with the header of its call. */
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { cached } from 'temporal-activity-cache';
import { MockWorker } from '../helpers/mock';

const header = (value: unknown): Record<string, Payload> => ({
  'activity-cache': defaultPayloadConverter.toPayload(value),
});

function newWorker(info = {}) {
  let runs = 0;
  const f = cached('auto', async (_x: number) => ++runs);
  const off = cached('disable', async () => 1);
  const worker = new MockWorker({ f, off }, {}, { info });
  return {
    worker,
    call: (control: unknown, more = {}) => worker.callWith({ headers: header(control), info: more }, 'f', 1),
  };
}

test('an overwritten value is fresh for its own run, not for another', async () => {
  const { worker, call } = newWorker();
  await call({ mode: 'use' });
  expect(await call({ mode: 'overwrite', run: 'a' })).toBe(2);
  expect(await call({ mode: 'overwrite', run: 'a' })).toBe(2);
  expect(await call({ mode: 'overwrite', run: 'b' })).toBe(3);
  expect(await call({ mode: 'use' })).toBe(3);
  expect(worker.statuses).toEqual(['stored new', 'stored overwrite', 'hit', 'stored overwrite', 'hit']);
});

test('a value that was stored before the overwriting run is not fresh for it, even if nobody overwrote it', async () => {
  const { worker, call } = newWorker();
  await call({ mode: 'overwrite', run: 'a' });
  await call({ mode: 'overwrite' }, { workflowExecution: { workflowId: 'w', runId: 'r' } });
  await call({ mode: 'overwrite' }, { workflowExecution: { workflowId: 'w', runId: 'r' } });
  expect(worker.statuses).toEqual(['stored overwrite', 'stored overwrite', 'hit']);
});

test('a standalone Activity is a run of its own, whatever its header says', async () => {
  const { worker, call } = newWorker();
  const standalone = (activityRunId: string) => ({
    inWorkflow: false,
    workflowExecution: undefined,
    activityRunId,
  });
  await call({ mode: 'overwrite', run: 'forged' }, standalone('1'));
  await call({ mode: 'overwrite', run: 'forged' }, standalone('1')); // its second attempt
  await call({ mode: 'overwrite', run: 'forged' }, standalone('2'));
  expect(worker.statuses).toEqual(['stored overwrite', 'hit', 'stored overwrite']);
});

test('readonly never writes, off does neither, and a declared disable stays what it is', async () => {
  const { worker, call } = newWorker();
  await call({ mode: 'readonly' });
  await call({ mode: 'use' });
  await call({ mode: 'readonly' });
  await call({ mode: 'off' });
  await worker.callWith({ headers: header({ mode: 'overwrite' }) }, 'off');
  expect(worker.statuses).toEqual([
    'unstored new readonly',
    'stored new',
    'hit',
    'bypassed off',
    'bypassed disabled',
  ]);
});

test.each([['a text'], [7], [{ mode: 'everything' }], [{ mode: 'off', activities: 'f' }], [[]]])(
  'the header %j is ignored, with a warning',
  async (value) => {
    const { worker, call } = newWorker();
    await call(value);
    await call(value);
    expect(worker.statuses).toEqual(['stored new', 'hit']);
    expect(worker.warnings).toEqual([expect.stringContaining('{"mode":"overwrite"}')]);
  },
);
