/** `serve-codec`: shows the label of each result in Temporal's UI. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PayloadCodec } from '@temporalio/common';
import { labelledCodec } from '../../report/labelled-codec';
import { codecEndpoint, isLoopback } from '../codec-endpoint';
import { command } from '../command';
import { Failure, UsageError } from '../errors';
import { defaultExportOf } from '../module';
import { STORE } from '../store';
import { DEFAULT_UI, uiAddress } from '../ui-address';

export const serveCodec = command({
  name: 'serve-codec',
  summary: "Serve a codec endpoint: Temporal's UI then shows the cache's label beside each result.",
  about: `It serves until SIGINT or SIGTERM. The UI asks it to decode what it shows: name the endpoint in its codec settings.
The module's default export is a codec, a list of them, or a function of the namespace that returns either. It decodes before the label is shown.`,
  options: {
    port: { type: 'string', value: 'PORT', about: 'default: 8888; 0: any free one' },
    host: { type: 'string', value: 'HOST', about: 'the address to listen at; default: 127.0.0.1' },
    'ui-address': {
      type: 'string',
      value: 'URL',
      about: `the UI, whose pages alone may ask; default: ${DEFAULT_UI}`,
    },
    codec: { type: 'string', value: 'FILE', about: 'a module with your own codecs' },
    ...STORE,
  },
  examples: [
    ['serve-codec', 'for the UI of a development server'],
    ['serve-codec --codec ./codec.js --ui-address https://temporal.example', 'with codecs, for another UI'],
  ],
  variables: {},
  async run({ given, screen, context }) {
    const uiOrigin = new URL(uiAddress(given['ui-address'])).origin;
    const port = portOf(given.port ?? '8888');
    const host = given.host ?? '127.0.0.1';
    const codecFor = await codecsOf(given.codec);
    const local = isLoopback(host);
    const onFailure = (line: string): void => screen.say(line);
    const server = createServer(codecEndpoint({ codecFor, uiOrigin, isLoopback: local, onFailure }));
    const endpoint = await listen(server, host, port);
    const stopped = context.untilStopped((error) =>
      screen.say(`an error that the codec did not catch: ${(error as Partial<Error> | null)?.name}`),
    );
    try {
      if (!local)
        screen.say('Whoever reaches this address can decode: put a proxy that asks who it is before it.');
      await (given.json
        ? screen.json({ endpoint, uiAddress: uiOrigin })
        : screen.print(`Codec endpoint ${endpoint} for the UI at ${uiOrigin}`));
      await stopped;
    } finally {
      server.close();
      server.closeAllConnections();
    }
  },
});

/** @throws {UsageError} */
function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text);
  throw new UsageError(`--port must be a number from 0 to 65535, not '${text}'`);
}

type Codecs = PayloadCodec | readonly PayloadCodec[];

async function codecsOf(file: string | undefined): Promise<(namespace?: string) => Promise<PayloadCodec>> {
  const found = file === undefined ? [] : ((await defaultExportOf(file, `--codec ${file}`)) ?? null);
  if (typeof found === 'function' && !/^class\b/.test(Function.prototype.toString.call(found)))
    return async (namespace) =>
      labelledCodec(await (found as (namespace?: string) => Codecs | Promise<Codecs>)(namespace));
  const codec = checked(found, file);
  return async () => codec;
}

/** @throws {Failure} */
function checked(found: unknown, file: string | undefined): PayloadCodec {
  try {
    return labelledCodec(found as Codecs);
  } catch {
    const fix = 'it is a codec, a list of codecs, or a function of the namespace that returns either';
    throw new Failure(`--codec ${file}: the default export is no codec`, fix);
  }
}

/** @returns the address of the endpoint */
async function listen(server: Server, host: string, port: number): Promise<string> {
  try {
    await once(server.listen(port, host), 'listening');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const fix = code === 'EADDRINUSE' ? 'name another one by --port' : undefined;
    const why = code === 'EADDRINUSE' ? `port ${port} of ${host} is taken` : message;
    throw new Failure(`no endpoint at ${host}: ${why}`, fix, { cause });
  }
  const address = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
}
