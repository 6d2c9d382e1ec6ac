/** Texts on their way through a place that no codec goes over, as a header: sealed by the codecs of the Worker. */
import { defaultPayloadConverter } from '@temporalio/common';
import { decodeMetadata, encodeMetadata } from '../entry';
import type { Values } from './values';

interface Written {
  metadata: Record<string, string>;
  data: string;
}

export async function seal(texts: readonly string[], values: Values, namespace: string): Promise<string> {
  const { metadata, data } = await values.seal(defaultPayloadConverter.toPayload(texts), namespace);
  const sealed: Written = {
    metadata: encodeMetadata(metadata),
    data: Buffer.from(data ?? []).toString('base64'),
  };
  return JSON.stringify(sealed);
}

interface Inputs {
  inputs?: Readonly<Record<string, string>>;
  sealedInputs?: string;
}

/**
 * Digests of inputs are named by paths, and names of members may be data: where there are codecs, only who has them can read the names.
 * Without them if a codec throws: misses are then explained no further than to the inputs as a whole.
 */
export async function sealInputs<T extends Inputs>(of: T, values: Values, namespace: string): Promise<T> {
  if (of.inputs === undefined || !values.hasCodecs) return of;
  const sealed = await seal([JSON.stringify(of.inputs)], values, namespace).catch(() => undefined);
  return { ...of, inputs: undefined, sealedInputs: sealed };
}

/** Rejects for what `seal` did not make, and for what the codecs cannot read. */
export async function unseal(sealed: string, values: Values, namespace: string): Promise<readonly string[]> {
  const { metadata, data } = JSON.parse(sealed) as Written;
  const payload = { metadata: decodeMetadata(metadata), data: Buffer.from(data, 'base64') };
  return defaultPayloadConverter.fromPayload(await values.unseal(payload, namespace));
}
