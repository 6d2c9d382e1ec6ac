/** Reservations of one store in one process: begun with its first Worker, ended with the last one, whatever the store does. */
import { ReservationService } from '../../../src/reservation/host/service';
import { MemoryStore } from '../../../src/store/memory';
import { deferred } from '../../helpers/deferred';
import { FaultyStore, rejects } from '../../helpers/faulty-store';

const ended = jest.fn();
jest.mock('../../../src/reservation/host/auxiliary', () => ({
  Auxiliary: class {
    readonly end = ended;
    constructor() {
      began();
    }
  },
}));
const began = jest.fn();

const worker = { options: { namespace: 'default' }, connection: {} } as never;

function newService() {
  const store = new FaultyStore(new MemoryStore());
  const errors: unknown[] = [];
  const failed = (error: unknown) => errors.push(error);
  const service = new ReservationService({
    store,
    storeSource: undefined,
    leaseMs: 1_000,
    taskQueue: undefined,
    failed,
  });
  return { service, store, errors };
}

beforeEach(() => void jest.clearAllMocks());

test('several Workers of one process share what works for them, until the last one has ended', async () => {
  const { service } = newService();
  const [one, other] = [service.begin(worker), service.begin(worker)];
  expect(await one.ready()).toBe(await other.ready());
  await one.end();
  expect(ended).not.toHaveBeenCalled();
  await other.end();
  expect([began.mock.calls.length, ended.mock.calls.length]).toEqual([1, 1]);
  const third = service.begin(worker);
  await third.ready();
  await third.end();
  expect([began.mock.calls.length, ended.mock.calls.length]).toEqual([2, 2]);
});

test('a Worker that ends while the store cannot be had ends without an error, and nothing is begun', async () => {
  const { service, store, errors } = newService();
  store.fail(rejects, 'claim');
  const { end } = service.begin(worker);
  await new Promise(setImmediate);
  await end();
  expect(errors).toHaveLength(1);
  await new Promise(setImmediate); // a rejection that nobody handles would fail this test
  expect(began).not.toHaveBeenCalled();
});

test('a store that answers only after the Worker has ended begins nothing', async () => {
  const { service, store } = newService();
  const answered = deferred();
  store.fail(async (real) => {
    await answered.promise;
    return real();
  }, 'claim');
  const { end } = service.begin(worker);
  await end();
  answered.resolve();
  await new Promise(setImmediate);
  expect(began).not.toHaveBeenCalled();
});

test('a mock of a Worker has no reservations', async () => {
  const { service } = newService();
  const { ready, end } = service.begin({ options: { namespace: 'default' } } as never);
  expect(await ready()).toBe('none');
  await end();
});
