/** The code of docs/coming-from-*.md runs, and does what the pages say. */
import { activities } from '../../examples/coming-from/flyte';
import * as prefect from '../../examples/coming-from/prefect';
import { MockWorker } from '../helpers/mock';

beforeEach(() => void jest.spyOn(console, 'log').mockImplementation());
afterEach(() => jest.restoreAllMocks());

test("Flyte's pipeline, translated: another experiment's name finds everything but the report", async () => {
  const worker = new MockWorker(activities);
  for (const experiment of ['exp-001', 'exp-002']) {
    const data = await worker.call('preprocess', await worker.call('loadDataset', 'diamonds'), 2);
    const { mean } = await worker.call('trainModel', data, 4, experiment);
    await worker.call('generateReport', mean);
  }
  const first = ['stored new', 'stored new', 'stored new', 'bypassed disabled'];
  expect(worker.statuses).toEqual([...first, 'hit', 'hit', 'hit', 'bypassed disabled']);
});

test("Prefect's tasks, translated: an input left out, a key of one's own, once in each run", async () => {
  const worker = new MockWorker({ ...prefect });
  await worker.call('fetchPrices', 'ABC');
  await worker.call('fetchPrices', 'ABC', true);
  await worker.call('fetchPrices', 'XYZ');
  expect(worker.statuses.splice(0)).toEqual(['stored new', 'hit', 'stored new']);

  expect(await worker.call('priceOrder', { id: 1, quantity: 2 })).toBe(200);
  expect(await worker.call('priceOrder', { id: 1, quantity: 3 })).toBe(200); // found by its id
  expect(await worker.call('priceOrder', { id: 2, quantity: 3 })).toBe(300);

  const drawIn = (runId: string) =>
    worker.callWith({ info: { workflowExecution: { workflowId: 'w', runId } } }, 'drawSample', 3);
  const [first, again, other] = [await drawIn('1'), await drawIn('1'), await drawIn('2')];
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
});
