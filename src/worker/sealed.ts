/**
 * Seals texts with the codecs of the Worker, for places that codecs do not cover, such as headers.
 */
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
 * Seals the digests of inputs. Digests are named by paths, and the names of members may be data.
 * With codecs, only processes that have them can read the names. If a codec throws, the digests are
 * left out, and misses are explained only for the inputs as a whole.
 */
export async function sealInputs<T extends Inputs>(of: T, values: Values, namespace: string): Promise<T> {
  if (of.inputs === undefined || !values.hasCodecs) return of;
  const sealed = await seal([JSON.stringify(of.inputs)], values, namespace).catch(() => undefined);
  return { ...of, inputs: undefined, sealedInputs: sealed };
}

/** Rejects if `seal` did not make the text, or if the codecs cannot read it. */
export async function unseal(sealed: string, values: Values, namespace: string): Promise<readonly string[]> {
  const { metadata, data } = JSON.parse(sealed) as Written;
  const payload = { metadata: decodeMetadata(metadata), data: Buffer.from(data, 'base64') };
  return defaultPayloadConverter.fromPayload(await values.unseal(payload, namespace));
}
