/** A Keyv as the cache's store, from the Activity's side. */
import { Keyv } from 'keyv';
import { cached } from 'temporal-activity-cache';
import { encrypting } from '../helpers/keyv-options';
import { MapAdapter } from '../helpers/map-adapter';
import { MockWorker } from '../helpers/mock';

function setUp() {
  const adapter = new MapAdapter();
  let runs = 0;
  const f = cached({ tags: ['tag'] }, async (text: string) => `${text} ${++runs}`);
  const keyv = new Keyv({ store: adapter, ...encrypting('secret') });
  return { adapter, worker: new MockWorker({ f }, { store: keyv }) };
}

test('results are found again, also in the next process, and are what the Keyv makes of them', async () => {
  const { adapter, worker } = setUp();
  expect(await worker.call('f', 'some')).toBe('some 1');
  expect(await worker.call('f', 'some')).toBe('some 1');
  expect(await worker.call('f', 'other')).toBe('other 2');
  expect(worker.statuses).toEqual(['stored new', 'hit', 'stored new']);
  expect([...adapter.place.values()].join()).not.toMatch(/some|header/);
});

test('with the adapter dead the Activity runs, and what it returns is returned', async () => {
  const { adapter, worker } = setUp();
  const down = () => Promise.reject(new Error('down'));
  for (const name of ['get', 'getMany', 'set']) Object.defineProperty(adapter, name, { value: down });
  expect(await worker.call('f', 'some')).toBe('some 1');
  expect(worker.statuses).toEqual(['unstored lookup-failed store-error']);
  expect(worker.warnings).toEqual([expect.stringContaining('check that the store is reachable')]);
});
