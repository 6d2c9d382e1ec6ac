import {
  CompositePayloadConverter,
  METADATA_ENCODING_KEY,
  type Payload,
  type PayloadConverterWithEncoding,
  UndefinedPayloadConverter,
} from '@temporalio/common';
import { decode, encode } from '@temporalio/common/lib/encoding';

/** Keeps what JSON loses, as EJSON does. */
class EjsonPayloadConverter implements PayloadConverterWithEncoding {
  readonly encodingType = 'json/plain';

  toPayload(value: unknown): Payload | undefined {
    if (value === undefined) return undefined;
    const data = encode(JSON.stringify(toExtended(value)));
    return { metadata: { [METADATA_ENCODING_KEY]: encode('json/plain'), format: encode('extended') }, data };
  }

  fromPayload<T>({ data }: Payload): T {
    return JSON.parse(decode(data!), (_key, value: unknown) => fromExtended(value)) as T;
  }
}

function toExtended(value: unknown): unknown {
  if (value instanceof Date) return { $date: value.getTime() };
  if (value instanceof RegExp) return { $regexp: value.source };
  if (value instanceof Uint8Array)
    return { $binary: Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('') };
  if (value === Infinity) return { $InfNaN: 1 };
  if (Array.isArray(value)) return value.map(toExtended);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toExtended(member)]));
}

function fromExtended(value: unknown): unknown {
  const { $date, $regexp, $binary, $InfNaN } = (value ?? {}) as Record<string, string | number>;
  if ($date !== undefined) return new Date($date);
  if ($regexp !== undefined) return new RegExp($regexp as string);
  if ($binary !== undefined)
    return new Uint8Array(($binary as string).match(/../g)!.map((byte) => parseInt(byte, 16)));
  return $InfNaN === undefined ? value : Infinity;
}

export const payloadConverter = new CompositePayloadConverter(
  new UndefinedPayloadConverter(),
  new EjsonPayloadConverter(),
);
