/** A codec, a KMS for instance, that fails once at any moment: a Workflow with look-ups ends as it does without. */
import type { Payload, PayloadCodec } from '@temporalio/common';
import { cached } from 'temporal-activity-cache';
import { wholeScenes } from '../helpers/whole-scene';

const MOMENTS = Array.from({ length: 24 }, (_, moment) => moment);

/** Fails once for each text like `fails at 3.`: at the third time that it sees it. */
class FailingCodec implements PayloadCodec {
  private readonly seen = new Map<string, number>();

  readonly encode = async (payloads: Payload[]) => this.see(payloads);
  readonly decode = async (payloads: Payload[]) => this.see(payloads);

  private see(payloads: Payload[]): Payload[] {
    const text = payloads.map(({ data }) => Buffer.from(data ?? []).toString()).join();
    const [mark, moment] = /fails at (\d+)\./.exec(text) ?? [];
    if (mark === undefined) return payloads;
    const times = (this.seen.get(mark) ?? 0) + 1;
    this.seen.set(mark, times);
    if (times === Number(moment) + 1) throw new Error('KMS: 503');
    return payloads;
  }
}

const setup = () => ({
  worker: { dataConverter: { payloadCodecs: [new FailingCodec()] } },
  plugin: { secret: 's'.repeat(32) },
});
const f = async (x: unknown) => `value of ${String(x)}`;

test('calls that are looked up', () =>
  wholeScenes(require.resolve('../helpers/lookup-workflows'))(
    { f },
    async ({ begin, client }) => {
      client.options.loadedDataConverter.payloadCodecs.splice(0); // it fails on Workers alone
      const handles = await Promise.all(
        MOMENTS.map((moment) => {
          const step = { type: 'f', args: [`fails at ${moment}.`], options: { cache: true, retry: { initialInterval: 1 } } }; // prettier-ignore
          return begin('sequence', [[step, step]]);
        }),
      );
      const results = await Promise.all(handles.map((handle) => handle.result()));
      expect(results).toEqual(MOMENTS.map((moment) => Array(2).fill(`value of fails at ${moment}.`)));
    },
    { ...setup(), wrap: (activities) => ({ f: cached('auto', activities.f!) }) },
  ));

test('whole Workflows', () =>
  wholeScenes(require.resolve('../helpers/forging-workflows'))(
    {},
    async ({ begin, client }) => {
      client.options.loadedDataConverter.payloadCodecs.splice(0);
      const handles = await Promise.all(MOMENTS.map((moment) => begin('honest', [`fails at ${moment}.`])));
      const results = await Promise.allSettled(handles.map((handle) => handle.result()));
      const values = results.map((result) =>
        result.status === 'fulfilled' ? result.value : String(result.reason),
      );
      expect(values).toEqual(MOMENTS.map((moment) => `honest fails at ${moment}.`));
    },
    setup(),
  ));
