/** Texts on their way through a place that no codec goes over, as a header: sealed by the codecs of the Worker. */
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { Values } from './values';

interface Written {
  metadata: Record<string, string>;
  data: string;
}

export async function seal(texts: readonly string[], values: Values, namespace: string): Promise<string> {
  const { metadata, data } = await values.seal(defaultPayloadConverter.toPayload(texts), namespace);
  const written = Object.entries(metadata ?? {}).map(([name, bytes]) => [name, toBase64(bytes)] as const);
  const sealed: Written = { metadata: Object.fromEntries(written), data: toBase64(data) };
  return JSON.stringify(sealed);
}

/** Rejects for what `seal` did not make, and for what the codecs cannot read. */
export async function unseal(sealed: string, values: Values, namespace: string): Promise<readonly string[]> {
  const { metadata, data } = JSON.parse(sealed) as Written;
  const read = Object.entries(metadata).map(([name, text]) => [name, Buffer.from(text, 'base64')] as const);
  const payload: Payload = { metadata: Object.fromEntries(read), data: Buffer.from(data, 'base64') };
  return defaultPayloadConverter.fromPayload(await values.unseal(payload, namespace));
}

const toBase64 = (bytes: Uint8Array | null | undefined): string =>
  Buffer.from(bytes ?? []).toString('base64');
