/** On which connection reservations are worked on: one of their own where it can be made, else that of the Worker, as long as that runs. */
import { NativeConnection, type NativeConnectionOptions } from '@temporalio/worker';
import type { AuxiliarySetup } from '../../../src/reservation/host/auxiliary';
import { ReservationService } from '../../../src/reservation/host/service';
import { MemoryStore } from '../../../src/store/memory';

const began: AuxiliarySetup[] = [];
const ended: AuxiliarySetup[] = [];
jest.mock('../../../src/reservation/host/auxiliary', () => ({
  Auxiliary: class {
    constructor(private readonly setup: AuxiliarySetup) {
      began.push(setup);
    }
    async end() {
      ended.push(this.setup);
    }
  },
}));

const newService = () =>
  new ReservationService({
    store: new MemoryStore(),
    storeSource: undefined,
    leaseMs: 1_000,
    taskQueue: undefined,
    failed: (error) => {
      throw error;
    },
  });

const connectionWith = ({ plugins }: NativeConnectionOptions = {}): NativeConnection =>
  Object.create(NativeConnection.prototype, { plugins: { value: plugins ?? [] } }) as NativeConnection;

const workerOn = (connection: NativeConnection, namespace = 'default') =>
  ({ options: { namespace, connection }, connection }) as never;

beforeEach(() => void [began, ended].forEach((list) => list.splice(0)));

test('a Worker that ends lets go of its connection while Workers with others go on', async () => {
  const service = newService();
  const connections = [connectionWith(), connectionWith()] as const;
  const [one, other] = connections.map((connection) => service.begin(workerOn(connection)));
  expect(await one!.ready()).not.toBe(await other!.ready());
  await one!.end();
  expect(ended.map(({ connection }) => connection)).toEqual([connections[0]]);
  await other!.end();
  expect(ended.map(({ connection }) => connection)).toEqual(connections);
});

test('namespaces of one connection have reservations of their own', async () => {
  const service = newService();
  const connection = connectionWith();
  await Promise.all(['a', 'b'].map((namespace) => service.begin(workerOn(connection, namespace)).ready()));
  expect(began.map(({ namespace }) => namespace).sort()).toEqual(['a', 'b']);
});

test('each connection that carries the plugin is made again as it was made; the options stay as they are', async () => {
  const service = newService();
  const plugins = Object.freeze([{ name: 'a plugin' }]) as NativeConnectionOptions['plugins'];
  for (const address of ['one:7233', 'other:7233']) {
    const given = Object.freeze({ address, plugins });
    await service.begin(workerOn(connectionWith(service.learn(given)))).ready();
  }
  const unknown = [
    connectionWith({ plugins }),
    connectionWith(service.learn({ plugins, tls: (() => 1) as never })),
  ];
  for (const connection of unknown) await service.begin(workerOn(connection)).ready();
  expect(began.map(({ connectionOptions }) => connectionOptions)).toEqual([
    { address: 'one:7233' },
    { address: 'other:7233' },
    undefined,
    undefined,
  ]);
});

test('the connection that the SDK makes for a Worker that is given none is made again as the SDK makes it', async () => {
  class InternalNativeConnection extends NativeConnection {}
  const connection = Object.create(InternalNativeConnection.prototype) as NativeConnection;
  await newService()
    .begin({ options: { namespace: 'default' }, connection } as never)
    .ready();
  expect(began.map(({ connectionOptions }) => connectionOptions)).toEqual([{}]);
});
