/** Reservations that nobody works on. */
import { DefaultLogger, MetricsBuffer, Runtime } from '@temporalio/worker';
import { Auxiliary } from '../../src/reservation/host/auxiliary';
import { type BodyCall, endsOf, statusesOf, withSerialized } from '../helpers/serialized';

const metrics = new MetricsBuffer({ maxBufferSize: 100_000 });
beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { metrics: { buffer: metrics } } });
});
afterEach(() => jest.restoreAllMocks());

const counted = () =>
  [...metrics.retrieveUpdates()].filter(
    ({ metric, attributes }) =>
      metric.name === 'activity_cache_store_errors' && attributes.operation === 'reserve',
  ).length;

const broken = async () => {
  throw new Error('out of order');
};

test('nobody works on reservations: the calls that wait run after some seconds, later ones sooner', async () => {
  jest.spyOn(Auxiliary.prototype as never, 'runHere').mockImplementation(broken as never);
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  const body = async ({ index }: BodyCall) => {
    if (index === 0) await opened;
    return 'value';
  };
  await withSerialized(body, { onConnection: false, options: { ttl: 1 } }, async ({ call, began }) => {
    const [first] = await call(1, { startToCloseTimeout: '1 minute' });
    await began(1);
    const others = await call(3, { startToCloseTimeout: '1 minute' });
    expect(await endsOf(others)).toEqual(Array(3).fill('value'));
    open();
    expect(await endsOf([first!])).toEqual(['value']);
    const statuses = Object.keys(await statusesOf(others));
    // One that looks again a little later than the others finds what they have stored.
    const own = statuses.filter((status) => status !== 'joined');
    expect(own.length).toBeGreaterThan(0);
    expect(own.every((status) => status.includes('unserialized'))).toBe(true);
    expect(counted()).toBeGreaterThan(0);
  });
});
