/** What goes through the Worker's converter and codecs, and that nobody notices that it goes through them twice. */
import { type Payload, type PayloadCodec, RawValue } from '@temporalio/common';
import type { WorkerPlugin } from '@temporalio/worker';
import { cached, CachePlugin, cacheReport, MemoryStore } from 'temporal-activity-cache';
import type { NewEntry } from 'temporal-activity-cache/store';
import { withWorker } from '../helpers/temporal';

const memory = () => [new CachePlugin({ store: 'memory:' })];

const marked = (payload: Payload) => Buffer.from(payload.metadata?.marks ?? []).toString();

/** Writes over the payloads it is given, in place; a payload it encoded twice it cannot decode. */
const inPlace: PayloadCodec = {
  async encode(payloads) {
    for (const payload of payloads) {
      payload.data?.forEach((byte, i, data) => (data[i] = byte ^ 0xff));
      payload.metadata = { ...payload.metadata, marks: Buffer.from(`${marked(payload)}x`) };
    }
    return payloads;
  },
  async decode(payloads) {
    return payloads.map((payload) => {
      if (marked(payload) !== 'x') throw new Error(`encoded ${marked(payload).length} times`);
      const { marks: _marks, ...metadata } = payload.metadata!;
      return { metadata, data: payload.data?.map((byte) => byte ^ 0xff) };
    });
  },
};

/** Payload in payload, as base64: 4/3 of the bytes. */
const base64: PayloadCodec = {
  encode: async (payloads) =>
    payloads.map(({ metadata, data }) => ({
      metadata: { encoding: Buffer.from('my/base64') },
      data: Buffer.from(JSON.stringify([entriesOf(metadata), Buffer.from(data ?? []).toString('base64')])),
    })),
  decode: async (payloads) =>
    payloads.map(({ data }) => {
      const [metadata, text] = JSON.parse(Buffer.from(data!).toString()) as [[string, string][], string];
      const decoded = metadata.map(([name, value]) => [name, Buffer.from(value, 'base64')]);
      return { metadata: Object.fromEntries(decoded), data: Buffer.from(text, 'base64') };
    }),
};

const entriesOf = (metadata: Payload['metadata']) =>
  Object.entries(metadata ?? {}).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]);

test('a codec that writes in place: a RawValue, bytes and data arrive as the Activity made them', async () => {
  const payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('"raw"') };
  const activities = {
    raw: cached('auto', async () => RawValue.fromPayload(payload)),
    bytes: cached('auto', async () => Buffer.from([1, 2, 3])),
    text: cached('auto', async () => 'text'),
  };
  const dataConverter = { payloadCodecs: [inPlace] };
  await withWorker({ activities, dataConverter, plugins: memory() }, async ({ start }) => {
    for (const [type, expected] of [
      ['raw', 'string raw'],
      ['bytes', 'bytes 1,2,3'],
      ['text', 'string text'],
    ] as const) {
      const handle = await start('describeResults', [{ type }, { type }]);
      expect(await handle.result()).toEqual([expected, expected]);
      expect((await cacheReport(handle)).rows).toMatchObject([{ status: 'stored' }, { status: 'hit' }]);
    }
  });
});

test('a result that a codec makes almost too large for Temporal is sent, without a label where it would be too large with it', async () => {
  const f = cached('auto', async (bytes: number) => 'x'.repeat(bytes));
  const dataConverter = { payloadCodecs: [base64] };
  await withWorker({ activities: { f }, dataConverter, plugins: memory() }, async ({ start }) => {
    const sizes = [1_572_600, 1_567_000, 1_500_000];
    const handle = await start(
      'lengthsOf',
      sizes.map((bytes) => ({ type: 'f', args: [bytes] })),
    );
    expect(await handle.result()).toEqual(sizes);
    const { rows } = await cacheReport(handle);
    expect(rows.map(({ status, reason }) => [status, reason])).toEqual([
      ['unstored', 'too-large'],
      ['stored', undefined],
    ]);
  });
});

test('within a plugin that passes on no runWorker, values are encoded by the codecs of the Worker all the same', async () => {
  const entries: NewEntry[] = [];
  class Kept extends MemoryStore {
    override async put(entry: NewEntry) {
      entries.push(entry);
      return super.put(entry);
    }
  }
  const cache = new CachePlugin({ store: new Kept() });
  const company: WorkerPlugin = {
    name: 'company',
    configureWorker: (options) => cache.configureWorker(options),
  };
  const f = cached('auto', async (x: number) => `answer ${x}`);
  const dataConverter = { payloadCodecs: [base64] };
  await withWorker({ activities: { f }, dataConverter, plugins: [company] }, async ({ run }) => {
    const step = { type: 'f', args: [1] };
    expect(await run('sequence', [step, step])).toEqual(['answer 1', 'answer 1']);
  });
  expect(entries).toHaveLength(1);
  expect(Buffer.from(entries[0]!.data).toString()).not.toContain('answer');
  expect(JSON.parse(entries[0]!.header.slice(64))).not.toHaveProperty('inputs'); // digests that could be guessed
});

test('what a payload converter decodes but cannot encode again is not stored: each call runs, and none fails', async () => {
  const activities = { f: cached('auto', async () => 5n), g: cached('auto', async () => [5]) };
  const dataConverter = { payloadConverterPath: require.resolve('../helpers/lopsided-converter') };
  await withWorker({ activities, dataConverter, plugins: memory() }, async ({ start }) => {
    const handle = await start(
      'describeResults',
      ['f', 'f', 'g', 'g'].map((type) => ({ type })),
    );
    expect(await handle.result()).toEqual([
      'object [object Object]',
      'object [object Object]',
      'object 5',
      'object 5',
    ]);
    const { rows } = await cacheReport(handle);
    expect(rows.map(({ status }) => status)).toEqual(['unstored', 'unstored', 'stored', 'hit']);
  });
});
