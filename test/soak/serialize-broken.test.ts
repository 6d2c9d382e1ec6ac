/** Reservations out of order, in every way: the calls run, their answers are right, and the metric counts it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DefaultLogger, MetricsBuffer, Runtime } from '@temporalio/worker';
import { ReservationCalls } from '../../src/reservation/caller/reservation-client';
import { type BodyCall, endsOf, statusesOf, withSerialized } from '../helpers/serialized';
import { until } from '../helpers/until';

const metrics = new MetricsBuffer({ maxBufferSize: 100_000 });
beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { metrics: { buffer: metrics } } });
});
beforeEach(() => void [...metrics.retrieveUpdates()]);
afterEach(() => jest.restoreAllMocks());

/** How many errors of reservations the metric has counted. */
function counted(): number {
  const errors = [...metrics.retrieveUpdates()].filter(
    ({ metric, attributes }) =>
      metric.name === 'activity_cache_store_errors' && attributes.operation === 'reserve',
  );
  return errors.reduce((sum, { value }) => sum + value, 0);
}

const broken = async () => {
  throw new Error('out of order');
};
const hangs = () => new Promise<never>(() => {});

/** The first body ends when somebody else was told what to do. */
const patient = async ({ index, arrived }: BodyCall) => {
  if (index === 0) await arrived(5);
  return 'value';
};

describe.each([
  [
    'the start of a reservation is refused',
    () => jest.spyOn(ReservationCalls.prototype, 'start').mockImplementation(broken),
  ],
  [
    'the word of a waiting call is refused',
    () => jest.spyOn(ReservationCalls.prototype, 'wait').mockImplementation(broken),
  ],
  [
    'reservations cannot be read',
    () => jest.spyOn(ReservationCalls.prototype, 'read').mockImplementation(broken),
  ],
  [
    'the word that a turn has ended is refused',
    () => jest.spyOn(ReservationCalls.prototype, 'settle').mockImplementation(broken),
  ],
])('%s', (what, breakIt) => {
  test('all calls get the value, and it is counted', async () => {
    const refused = breakIt();
    const body = async (around: BodyCall) => {
      // A turn ends after its body; what is refused before that the first body awaits.
      if (around.index === 0 && !what.includes('ended')) await until(() => refused.mock.calls.length > 0);
      return patient(around);
    };
    await withSerialized(body, {}, async ({ call }) => {
      const handles = await call(5);
      expect(await endsOf(handles)).toEqual(Array(5).fill('value'));
      expect(counted()).toBeGreaterThan(0);
      expect(await endsOf(await call(2))).toEqual(['value', 'value']);
    });
  });

  test('with `onStoreError: fail` no call runs without its turn', async () => {
    breakIt();
    const plugin = { onStoreError: 'fail' } as const;
    await withSerialized(
      async () => 'value',
      { plugin },
      async ({ call }) => {
        const handles = await call(3, { retry: { maximumAttempts: 20, initialInterval: '50 milliseconds' } });
        const ends = await endsOf(handles);
        const failure = 'Reservation failed';
        expect(ends.every((end) => end === 'value' || String(end).startsWith(failure))).toBe(true);
        const statuses = Object.keys(await statusesOf(handles));
        expect(statuses.filter((status) => status.includes('unserialized'))).toEqual([]);
      },
    );
  });
});

test('a call that leaves, and whose word is refused, leaves all the same', async () => {
  jest.spyOn(ReservationCalls.prototype, 'leave').mockImplementation(broken);
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  const body = async ({ index }: BodyCall) => {
    if (index === 0) await opened;
    return 'value';
  };
  const options = { serialize: { waitTimeout: 200 } };
  await withSerialized(body, { options }, async ({ call, began }) => {
    const [first] = await call(1);
    await began(1);
    expect(await endsOf(await call(2))).toEqual(['value', 'value']);
    open();
    expect(await endsOf([first!])).toEqual(['value']);
    expect(counted()).toBeGreaterThan(0);
  });
});

test('the name of the store cannot be had: calls run without their turn', async () => {
  await withSerialized(
    async () => 'value',
    {},
    async ({ call, plugin }) => {
      const { reservations } = plugin as unknown as { reservations: { identity: () => Promise<string> } };
      jest.spyOn(reservations, 'identity').mockImplementation(hangs);
      expect(await endsOf(await call(2))).toEqual(['value', 'value']);
    },
  );
});

test.each([true, false])(
  'a Worker that ends while reservations are still being set up ends without harm (plugin on the connection: %p)',
  async (onConnection) => {
    for (const afterMs of [0, 30, 100, 200]) {
      await withSerialized(
        async () => 'value',
        { onConnection },
        () => sleep(afterMs),
      );
    }
  },
);
