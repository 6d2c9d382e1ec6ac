/** The SDK's payload converter, with one for dates in front. */
import {
  BinaryPayloadConverter,
  CompositePayloadConverter,
  JsonPayloadConverter,
  type Payload,
  type PayloadConverterWithEncoding,
  UndefinedPayloadConverter,
} from '@temporalio/common';

const ENCODING = 'my/date';

class DateConverter implements PayloadConverterWithEncoding {
  readonly encodingType = ENCODING;
  toPayload(value: unknown): Payload | undefined {
    if (!(value instanceof Date)) return undefined;
    const metadata = { encoding: new TextEncoder().encode(ENCODING) };
    return { metadata, data: new TextEncoder().encode(String(value.getTime())) };
  }
  fromPayload<T>({ data }: Payload): T {
    return new Date(Number(new TextDecoder().decode(data))) as T;
  }
}

export const payloadConverter = new CompositePayloadConverter(
  new UndefinedPayloadConverter(),
  new BinaryPayloadConverter(),
  new DateConverter(),
  new JsonPayloadConverter(),
);
