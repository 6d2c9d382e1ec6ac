/** The codec endpoint answers the UI and programs, refuses every other page, and outlives whatever it is sent. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request, type RequestOptions, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { defaultPayloadConverter, type Payload, type PayloadCodec } from '@temporalio/common';
import { type CodecEndpoint, codecEndpoint, isLoopback } from '../../../src/cli/codec-endpoint';

const UI = 'http://localhost:8233';
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** Shows what it does in the data. */
const marking: PayloadCodec = {
  encode: async (payloads) => payloads.map(({ data, ...others }) => ({ ...others, data: marked('e', data) })),
  decode: async (payloads) => payloads.map(({ data, ...others }) => ({ ...others, data: marked('d', data) })),
};
const marked = (mark: string, data: Payload['data']) =>
  Buffer.concat([Buffer.from(mark), data ?? Buffer.of()]);

interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

async function serving(settings: Partial<CodecEndpoint> & { codec?: PayloadCodec } = {}) {
  const { codec = marking, ...others } = settings;
  const failures: string[] = [];
  const listener = codecEndpoint({
    codecFor: async () => codec,
    uiOrigin: UI,
    isLoopback: true,
    onFailure: (line) => failures.push(line),
    ...others,
  });
  const server = createServer(listener);
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const ask = async (path: string, body: string | string[] = BODY, options: RequestOptions = {}) => {
    const asked = request({ host: '127.0.0.1', port, path, method: 'POST', ...options });
    for (const chunk of [body].flat()) asked.write(chunk);
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessageLike];
    let text = '';
    for await (const chunk of response) text += String(chunk);
    return { status: response.statusCode!, headers: response.headers, text } satisfies Answered;
  };
  return { ask, failures, port };
}
type IncomingMessageLike = AsyncIterable<unknown> & { statusCode?: number; headers: IncomingHttpHeaders };

const base64 = (text: string) => Buffer.from(text).toString('base64');
const bodyWith = (data: string, more = {}) =>
  JSON.stringify({
    payloads: [{ metadata: { encoding: base64('json/plain') }, data: base64(data), ...more }],
  });
const BODY = bodyWith('1');

test('decode and encode answer payloads, at any depth of the path and with any query', async () => {
  const { ask } = await serving();
  for (const path of ['/decode', '/default/decode', '/a/b/decode', '/decode?preserveStorageRefs=true'])
    expect(await ask(path)).toMatchObject({ status: 200, text: bodyWith('d1') });
  for (const path of ['/encode', '/default/encode'])
    expect(await ask(path)).toMatchObject({ status: 200, text: bodyWith('e1') });
});

test('payloads without metadata or data, and other fields of them, come back', async () => {
  const codec: PayloadCodec = { encode: async (payloads) => payloads, decode: async (payloads) => payloads };
  const { ask } = await serving({ codec });
  const external = { metadata: {}, externalPayloads: [{ sizeBytes: '12345678901234' }] };
  const payloads = [{}, { metadata: null, data: null }, external, { metadata: { a: '' }, data: 'AA==' }];
  expect(JSON.parse((await ask('/decode', JSON.stringify({ payloads }))).text)).toEqual({
    payloads: [{ metadata: {} }, { metadata: {} }, external, { metadata: { a: '' }, data: 'AA==' }],
  });
});

test('the codec is that of the namespace, by the header, else by the path', async () => {
  const asked: unknown[] = [];
  const { ask } = await serving({ codecFor: async (namespace) => (asked.push(namespace), marking) });
  await ask('/decode', BODY, { headers: { 'X-Namespace': 'ml' } });
  await ask('/other/decode', BODY, { headers: { 'X-Namespace': 'ml' } });
  await ask('/a%2Fb/decode');
  await ask('/decode');
  expect(asked).toEqual(['ml', 'ml', 'a/b', undefined]);
  expect(await ask('/%E0%A4%A/decode')).toMatchObject({ status: 400 });
});

describe('pages', () => {
  test('those of the UI may ask and read, also after a preflight, also of what fails', async () => {
    const { ask } = await serving();
    const headers = { Origin: UI };
    const preflight = await ask('/decode', [], {
      method: 'OPTIONS',
      headers: { ...headers, 'Access-Control-Request-Headers': 'content-type,x-namespace' },
    });
    expect([preflight.status, preflight.text]).toEqual([204, '']);
    for (const { headers: seen } of [preflight, await ask('/decode', BODY, { headers }), await ask('/decode', '{', { headers })])
      expect(seen).toMatchObject({
        'access-control-allow-origin': UI,
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': expect.stringContaining('X-Namespace'),
        'cache-control': 'no-store',
        vary: 'Origin',
      });
  }); // prettier-ignore

  test.each([
    'http://evil.example',
    'null',
    'http://localhost:8234',
    'https://localhost:8233',
    'http://localhost:8233.evil.example',
    'http://127.0.0.1:8234',
    'http://127.0.0.1.evil.example:8233',
    'http://localhost:8233/',
    'HTTP://localhost:8233',
    '',
  ])('one of %j is refused, with and without a preflight, and the codec is not asked', async (origin) => {
    const codecFor = jest.fn(async () => marking);
    const { ask, failures } = await serving({ codecFor });
    for (const method of ['OPTIONS', 'POST', 'GET']) {
      const { status, headers, text } = await ask('/decode', method === 'POST' ? BODY : [], {
        method,
        headers: { Origin: origin, 'Content-Type': 'text/plain' },
      });
      expect([status, headers['access-control-allow-origin']]).toEqual([403, undefined]);
      expect(JSON.parse(text)).toEqual({ message: `only pages of ${UI} may ask; --ui-address names the UI` });
    }
    expect(codecFor).not.toHaveBeenCalled();
    expect(failures).toEqual([`a page of ${origin} was refused: --ui-address is ${UI}`]);
  });

  test('a UI on this machine is the same by each name of it, and one elsewhere by one', async () => {
    const { ask } = await serving();
    for (const Origin of ['http://127.0.0.1:8233', 'http://[::1]:8233']) {
      const { status, headers } = await ask('/decode', BODY, { headers: { Origin } });
      expect([status, headers['access-control-allow-origin']]).toEqual([200, Origin]);
    }
    const elsewhere = await serving({ uiOrigin: 'https://temporal.example' });
    for (const [Origin, status] of Object.entries({ 'https://temporal.example': 200, [UI]: 403, 'http://127.0.0.1': 403 }))
      expect(await elsewhere.ask('/decode', BODY, { headers: { Origin } })).toMatchObject({ status });
  }); // prettier-ignore

  test('a page whose name was pointed to this machine is refused, with the origin of the UI or without one', async () => {
    const codecFor = jest.fn(async () => marking);
    const { ask } = await serving({ codecFor });
    for (const Host of ['evil.example', 'evil.example:8888', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1'])
      for (const headers of [{ Host }, { Host, Origin: UI }])
        expect(await ask('/decode', BODY, { headers })).toMatchObject({ status: 403 });
    expect(codecFor).not.toHaveBeenCalled();
    for (const Host of ['localhost:1', 'LOCALHOST', '127.0.0.1:8888', '[::1]:8888', '127.1.2.3'])
      expect(await ask('/decode', BODY, { headers: { Host } })).toMatchObject({ status: 200 });
  }); // prettier-ignore

  test('where other machines are served, any name is, and still only pages of the UI', async () => {
    const { ask } = await serving({ isLoopback: false });
    const headers = { Host: 'codec.example' };
    expect(await ask('/decode', BODY, { headers })).toMatchObject({ status: 200 });
    expect(
      await ask('/decode', BODY, { headers: { ...headers, Origin: 'http://codec.example' } }),
    ).toMatchObject({ status: 403 });
  });
});

test.each([
  ['GET', '/decode', 405],
  ['PUT', '/encode', 405],
  ['POST', '/', 404],
  ['POST', '/download', 404],
  ['POST', '/decode/', 404],
  ['POST', '/decode/x', 404],
])('%s %s is %i', async (method, path, status) => {
  const { ask } = await serving();
  expect(await ask(path, [], { method })).toMatchObject({ status });
});

test.each([
  ['not JSON', '{"payloads": "secret', 'the body is not JSON'],
  ['null', 'null', 'the body is not { payloads: [...] }'],
  ['no list', '{"payloads":{"secret":1}}', 'the body is not { payloads: [...] }'],
  ['a payload that is none', '{"payloads":["secret"]}', 'a payload is not an object'],
  ['a payload that is null', '{"payloads":[null]}', 'a payload is not an object'],
  ['metadata that is a list', '{"payloads":[{"metadata":["secret"]}]}', 'metadata is not an object'],
  ['metadata that is no text', '{"payloads":[{"metadata":{"a":1}}]}', 'metadata and data are base64 texts'],
  ['data that is no text', '{"payloads":[{"data":{}}]}', 'metadata and data are base64 texts'],
])('a body with %s is 400, and its message has nothing of it', async (_, body, message) => {
  const { ask, failures } = await serving();
  const { status, text } = await ask('/decode', body);
  expect([status, JSON.parse(text)]).toEqual([400, { message }]);
  expect(failures).toEqual([]);
});

test('a body that is too large is 413, in one piece or many, and the next one is answered', async () => {
  const { ask } = await serving({ maxBodyBytes: 1000 });
  const large = bodyWith('x'.repeat(1000));
  expect(await ask('/decode', large, { headers: { 'Content-Length': large.length } })).toMatchObject({ status: 413 });
  expect(await ask('/decode', Array.from({ length: 5000 }, () => ' '.repeat(1000)))).toMatchObject({ status: 413 });
  expect(await ask('/decode')).toMatchObject({ status: 200 });
}); // prettier-ignore

describe('a codec that fails', () => {
  const failing = (decode: () => unknown) => ({ ...marking, decode: decode as PayloadCodec['decode'] });
  const cases: [string, PayloadCodec, string, string][] = [
    ['throws', failing(() => { throw new RangeError('secret'); }), 'secret', 'RangeError'],
    ['rejects', failing(async () => Promise.reject(new Error('secret'))), 'secret', 'Error'],
    ['rejects with a text', failing(async () => Promise.reject('secret')), 'secret', 'Error'], // eslint-disable-line @typescript-eslint/prefer-promise-reject-errors
    ['rejects with nothing', failing(async () => Promise.reject()), 'undefined', 'Error'], // eslint-disable-line @typescript-eslint/prefer-promise-reject-errors
    ['never answers', failing(() => new Promise(() => {})), 'no answer within 0.05 s', 'Error'],
    ['answers nothing', failing(async () => undefined), '', 'TypeError'],
    ['answers null payloads', failing(async () => [null]), '', 'TypeError'],
    ['answers numbers for bytes', failing(async () => [{ data: 5 }]), '', 'TypeError'],
    ['answers too few', failing(async () => []), 'it made 0 payloads of 1', 'Error'],
  ]; // prettier-ignore

  test.each(cases)(
    'which %s is 500 with the reason, and the log has no value',
    async (_, codec, message, name) => {
      const { ask, failures } = await serving({ codec, timeoutMs: 50 });
      for (let i = 0; i < 3; i++) {
        const { status, text } = await ask('/decode', BODY, { headers: { Origin: UI } });
        expect([status, JSON.parse(text)]).toEqual([
          500,
          { message: expect.stringContaining(`the codec failed to decode: ${message}`) },
        ]);
      }
      expect(await ask('/encode')).toMatchObject({ status: 200 });
      expect(failures).toEqual([`the codec failed to decode: ${name}`]);
    },
  );

  test('and of which none is there for the namespace, is 500 too', async () => {
    const codecFor = async () => Promise.reject(new Error('no codec for it'));
    const { ask } = await serving({ codecFor });
    expect(await ask('/decode')).toMatchObject({ status: 500 });
  });

  test('in many ways does not fill the log', async () => {
    let i = 0;
    const codec = failing(() => Promise.reject(Object.assign(new Error('x'), { name: `${i++} ${'x'.repeat(500)}` })));
    const { ask, failures } = await serving({ codec });
    for (let times = 0; times < 30; times++) await ask('/decode');
    expect(failures).toHaveLength(20);
    expect(Math.max(...failures.map(({ length }) => length))).toBeLessThan(150);
  }); // prettier-ignore
});

test('a client that goes away, or sends what is no HTTP, ends nothing', async () => {
  const { ask, port } = await serving();
  for (const sent of ['POST /decode HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"pay', '\0\0\0\0\r\n\r\n']) {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    await once(socket, 'connect');
    await new Promise((sentAll) => socket.write(sent, sentAll));
    socket.destroy();
    await once(socket, 'close');
  }
  expect(await ask('/decode')).toMatchObject({ status: 200 });
}); // prettier-ignore

test('many ask at once', async () => {
  const { ask } = await serving();
  const asked = Array.from({ length: 50 }, (_, i) => ask('/decode', bodyWith(String(i))));
  expect((await Promise.all(asked)).map(({ text }) => text)).toEqual(asked.map((_, i) => bodyWith(`d${i}`)));
});

test.each([
  ['127.0.0.1', true],
  ['localhost', true],
  ['::1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['127.0.0.1.evil.example', false],
])('whether %s is this machine alone: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

test('what the data converter makes comes back by the JSON of the protocol', async () => {
  const codec: PayloadCodec = { encode: async (payloads) => payloads, decode: async (payloads) => payloads };
  const { ask } = await serving({ codec });
  const { metadata, data } = defaultPayloadConverter.toPayload({ bytes: 'é😀' });
  const json = {
    metadata: { encoding: Buffer.from(metadata!.encoding!).toString('base64') },
    data: Buffer.from(data!).toString('base64'),
  };
  expect(JSON.parse((await ask('/decode', JSON.stringify({ payloads: [json] }))).text)).toEqual({ payloads: [json] });
}); // prettier-ignore
