/** The codec endpoint as a process: it serves until it is ended, with the codecs of a module of any form. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type CodecProcess, serveCodec } from '../helpers/cli/codec-process';
import { run } from '../helpers/cli/run';
import { until } from '../helpers/until';

const folder = mkdtempSync(join(tmpdir(), 'serve-codec-'));
const running: CodecProcess[] = [];
beforeAll(() => {
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(dirname(require.resolve('tsx/package.json')), join(folder, 'node_modules/tsx'));
});
afterEach(async () => void (await Promise.all(running.splice(0).map((one) => one.end('SIGKILL')))));
afterAll(() => rmSync(folder, { recursive: true }));

async function serve(...args: string[]): Promise<CodecProcess> {
  const served = await serveCodec(args, folder);
  running.push(served);
  return served;
}

function moduleOf(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return `./${name}`;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const label = { v: 1, status: 'hit', key: 'k', version: 'v', durationMs: 3_700 };
const payload = (text: string) => ({
  metadata: { encoding: base64('json/plain'), 'activity-cache': base64(JSON.stringify(label)) },
  data: base64(text),
});

async function ask({ endpoint }: CodecProcess, text: string, headers = {}, operation = 'decode') {
  const body = JSON.stringify({ payloads: [payload(text)] });
  const answered = await fetch(`${endpoint}/${operation}`, { method: 'POST', body, headers });
  if (!answered.ok) return answered.status;
  const { payloads } = (await answered.json()) as { payloads: { data: string }[] };
  return Buffer.from(payloads[0]!.data, 'base64').toString();
}

test.each(['SIGINT', 'SIGTERM'] as const)('it serves until %s, and ends with 0', async (signal) => {
  const served = await serve();
  expect(served.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await ask(served, '{"depth":7}')).toBe(
    '{"cache":"hit · saved 3.7 s · computed","value":{"depth":7}}',
  );
  // Neither a connection that is kept alive nor one that asks holds it up.
  const asking = ask(served, ' '.repeat(1_000_000)).catch(() => 'cut');
  expect(await served.end(signal)).toBe(0);
  await asking;
  expect(served.said).toEqual([]);
});

test('it ends with 0 also at a signal that comes as soon as it has said where it serves', async () => {
  for (let i = 0; i < 3; i++) expect(await (await serveCodec([], folder)).end('SIGINT')).toBe(0);
});

/** Writes its mark before what it decodes. */
const codec = (mark: string) => `({
  encode: async (payloads) => payloads,
  decode: async (payloads) => payloads.map((payload) => ({
    ...payload,
    data: Buffer.concat([Buffer.from('"${mark}'), Buffer.from(payload.data), Buffer.from('"')]),
  })),
})`;

test.each([
  ['codec.mjs', `export default ${codec('a')}`, '"a1"'],
  ['codec.cjs', `module.exports = ${codec('b')}`, '"b1"'],
  ['default.cjs', `exports.__esModule = true; exports.default = [${codec('c')}]`, '"c1"'],
  ['namespaces.mjs', `export default async (namespace) => [${codec("' + namespace + '")}]`, '"ml1"'],
  ['codec.mts', `const codec: object = ${codec('d')};\nexport default codec;`, '"d1"'],
])('the codecs of %s decode first', async (name, text, value) => {
  const served = await serve('--codec', moduleOf(name, text));
  expect(await ask(served, '1', { 'X-Namespace': 'ml' })).toBe(
    `{"cache":"hit · saved 3.7 s · computed","value":${value}}`,
  );
});

test.each([
  ['none.mjs', 'export const codec = 1', 'the default export is no codec; it is a codec, a list of codecs, or'],
  ['class.mjs', 'export default class Codec {}', 'the default export is no codec'],
  ['half.mjs', 'export default { decode() {} }', 'the default export is no codec'],
  ['broken.mjs', 'throw new Error("no licence")', 'cannot be loaded: no licence'],
])('%s is refused before anything is served', async (name, text, why) => {
  await expect(serve('--codec', moduleOf(name, text))).rejects.toThrow(`--codec ./${name}${why.startsWith('the') ? ':' : ''} ${why}`);
}); // prettier-ignore

test('a port that is taken is named, with what to do', async () => {
  const { endpoint } = await serve();
  const port = new URL(endpoint).port;
  expect(await run(`serve-codec --port ${port}`)).toEqual(
    expect.objectContaining({
      code: 1,
      out: '',
      err: `activity-cache: no endpoint at 127.0.0.1: port ${port} of 127.0.0.1 is taken; name another one by --port\n`,
    }),
  );
});

test('a codec that throws where nobody hears it, or fails, ends nothing, and no value is in the log', async () => {
  const text = `let asked = 0;
    export default {
      encode: async (payloads) => payloads,
      decode: async (payloads) => {
        if (asked++ > 0) return payloads;
        setTimeout(() => { throw new RangeError(Buffer.from(payloads[0].data).toString()); });
        void Promise.reject(new TypeError(Buffer.from(payloads[0].data).toString()));
        throw new Error(Buffer.from(payloads[0].data).toString());
      },
    };`;
  const served = await serve('--codec', moduleOf('faulty.mjs', text));
  expect(await ask(served, '"secret"')).toBe(500);
  await until(() => served.said.length === 3);
  expect([...served.said].sort()).toEqual([
    'an error that the codec did not catch: RangeError',
    'an error that the codec did not catch: TypeError',
    'the codec failed to decode: Error',
  ]);
  expect(await ask(served, '1')).toContain('"value":1');
  expect(await ask(served, '1', {}, 'encode')).toBe('1');
  expect(await served.end()).toBe(0);
});

test('another page is named once, and other machines get a warning', async () => {
  const served = await serve('--ui-address', 'https://temporal.example/namespaces', '--host', '0.0.0.0');
  const warning = 'Whoever reaches this address can decode: put a proxy that asks who it is before it.';
  const at = { ...served, endpoint: served.endpoint.replace('0.0.0.0', '127.0.0.1') };
  expect(await ask(at, '1', { Origin: 'http://localhost:8233' })).toBe(403);
  expect(await ask(at, '1', { Origin: 'http://localhost:8233' })).toBe(403);
  expect(await ask(at, '1', { Origin: 'https://temporal.example' })).toContain('hit');
  await until(() => served.said.length === 2);
  expect(served.said).toEqual([
    warning,
    'a page of http://localhost:8233 was refused: --ui-address is https://temporal.example',
  ]);
});
