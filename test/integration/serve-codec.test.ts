/** The results of real runs, decoded over HTTP as Temporal's UI does: the label is beside each of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Payload } from '@temporalio/common';
import { cached, CachePlugin } from 'temporal-activity-cache';
import { type CodecProcess, serveCodec } from '../helpers/cli/codec-process';
import { EncryptionCodec } from '../helpers/encryption-codec';
import { bundle, withWorker } from '../helpers/temporal';

const folder = mkdtempSync(join(tmpdir(), 'serve-codec-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Handle = Parameters<Parameters<typeof withWorker>[1]>[0]['start'] extends (...args: never[]) => infer H
  ? Awaited<H>
  : never;

const base64 = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString('base64');

/** What the UI shows for payloads that it has sent to the endpoint, as JSON. */
async function shown({ endpoint }: CodecProcess, payloads: Payload[]): Promise<unknown[]> {
  const body = {
    payloads: payloads.map(({ metadata, data }) => ({
      metadata: Object.fromEntries(
        Object.entries(metadata ?? {}).map(([name, bytes]) => [name, base64(bytes)]),
      ),
      data: base64(data),
    })),
  };
  const answered = await fetch(`${endpoint}/decode?preserveStorageRefs=true`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-Namespace': 'default',
      Origin: 'http://localhost:8233',
    },
    body: JSON.stringify(body),
  });
  expect(answered.status).toBe(200);
  const { payloads: decoded } = (await answered.json()) as { payloads: { data: string }[] };
  return decoded.map(({ data }): unknown => JSON.parse(Buffer.from(data, 'base64').toString()));
}

async function payloadsOf(handle: Handle) {
  const { events } = await handle.fetchHistory();
  const results = events!.flatMap((event) => event.activityTaskCompletedEventAttributes?.result?.payloads ?? []);
  const markers = events!.flatMap(
    (event) => event.markerRecordedEventAttributes?.details?.result?.payloads ?? [],
  );
  const others = events!.flatMap((event) => [
    ...(event.workflowExecutionStartedEventAttributes?.input?.payloads ?? []),
    ...(event.activityTaskScheduledEventAttributes?.input?.payloads ?? []),
    ...(event.workflowExecutionCompletedEventAttributes?.result?.payloads ?? []),
  ]);
  return { results, markers, others };
} // prettier-ignore

const activities = {
  f: cached('auto', async (depth: number) => ({ depth })),
  off: cached('disable', async () => 'sent'),
  plain: async () => 'plain',
};
const f = (depth: number, cache?: true) => ({ type: 'f', args: [depth], options: { cache } });
const SEVEN = [1, 2, 3, 4, 5, 6, 7].map((depth) => f(depth));

/** The endpoint decodes by a module, as a user writes it. */
function moduleOfCodec(): string {
  const file = join(folder, 'codec.ts');
  const helper = join(__dirname, '../helpers/encryption-codec.ts');
  writeFileSync(
    file,
    `import { EncryptionCodec } from ${JSON.stringify(helper)};\nexport default new EncryptionCodec();\n`,
  );
  return file;
}

describe.each([
  ['without codecs', [], () => []],
  ['with a codec that encrypts', [new EncryptionCodec()], () => ['--codec', moduleOfCodec()]],
])('%s', (_, payloadCodecs, args) => {
  let endpoint: CodecProcess;
  beforeAll(async () => void (endpoint = await serveCodec(args())));
  afterAll(async () => void expect(await endpoint.end()).toBe(0));

  test('the seven calls of a run show hit, with what they saved, where from, and their value', async () => {
    const cache = new CachePlugin({ store: 'memory:' });
    const setup = { activities, dataConverter: { payloadCodecs }, plugins: [cache] };
    await withWorker(setup, async ({ start }) => {
      const steps = [...SEVEN, { type: 'off' }, { type: 'plain' }];
      const first = await start('sequence', steps);
      const results = await first.result();
      const second = await start('sequence', steps);
      expect(await second.result()).toEqual(results);

      const took = expect.stringMatching(/^stored · took .+ · new/);
      const off = { cache: expect.stringMatching(/^bypassed · disabled · took .+$/), value: 'sent' };
      expect(await shown(endpoint, (await payloadsOf(first)).results)).toEqual([
        ...SEVEN.map(({ args: [depth] }) => ({ cache: took, value: { depth } })),
        off,
        'plain',
      ]);
      const { results: again, others } = await payloadsOf(second);
      const hit = new RegExp(`^hit · saved .+ · computed by ${first.workflowId}, \\d+ seconds? ago$`);
      expect(await shown(endpoint, again)).toEqual([
        ...SEVEN.map(({ args: [depth] }) => ({ cache: expect.stringMatching(hit), value: { depth } })),
        off,
        'plain',
      ]);
      expect(await shown(endpoint, others)).toEqual([steps, 1, 2, 3, 4, 5, 6, 7, results].map(asJson));
    });
  });

  test('so do calls that the Workflow looks up, alone and together', async () => {
    const cache = new CachePlugin({ store: 'memory:' });
    const workflowBundle = await bundle({ plugins: [cache] });
    const setup = { activities, workflowBundle, dataConverter: { payloadCodecs }, plugins: [cache] };
    await withWorker(setup, async ({ start }) => {
      await (await start('sequence', [f(1), f(2)])).result();
      const alone = await start('sequence', [f(1, true)]);
      const together = await start('parallel', [f(1, true), f(2, true), f(3, true)]);
      await Promise.all([alone.result(), together.result()]);

      const hit = (depth: number) => ({
        cache: expect.stringMatching(/^hit · f · saved .* computed by sequence-/),
        value: { depth },
      });
      expect(await shown(endpoint, (await payloadsOf(alone)).markers)).toContainEqual(hit(1));
      const markers = await shown(endpoint, (await payloadsOf(together)).markers);
      expect(markers).toContainEqual([hit(1), hit(2), expect.objectContaining({ answer: 'run' })]);
    });
  });
});

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
