/** Payloads as the JSON of Temporal's codec protocol: bytes are base64. */
import type { Payload } from '@temporalio/common';

/** Other fields of a payload, such as the sizes of external ones, are kept as they are. */
interface PayloadJson {
  metadata?: Record<string, string> | null;
  data?: string | null;
}

/** @throws {TypeError} if the body of a request is not `{ payloads: [{ metadata, data }] }` */
export function payloadsFrom(body: string): Payload[] {
  const { payloads } = (parse(body) ?? {}) as { payloads?: unknown };
  if (!Array.isArray(payloads)) throw new TypeError('the body is not { payloads: [...] }');
  return payloads.map((payload: unknown) => {
    const { metadata, data, ...others } = objectOf(payload, 'a payload') as PayloadJson;
    return {
      ...others,
      metadata: Object.fromEntries(
        Object.entries(metadata == null ? {} : objectOf(metadata, 'metadata')).map(([name, text]) => [
          name,
          bytesOf(text),
        ]),
      ),
      ...(data != null && { data: bytesOf(data) }),
    };
  });
}

export function bodyOf(payloads: readonly Payload[]): string {
  return JSON.stringify({
    payloads: payloads.map(({ metadata, data, ...others }) => ({
      ...others,
      metadata: Object.fromEntries(
        Object.entries(metadata ?? {}).map(([name, bytes]) => [name, base64(bytes)]),
      ),
      ...(data != null && { data: base64(data) }),
    })),
  });
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new TypeError('the body is not JSON'); // Node's message may have a part of a value
  }
}

function objectOf(value: unknown, what: string): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`${what} is not an object`);
  return value;
}

function bytesOf(text: unknown): Uint8Array {
  if (typeof text !== 'string') throw new TypeError('metadata and data are base64 texts');
  return Buffer.from(text, 'base64');
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
