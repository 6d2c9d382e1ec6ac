/** A payload converter that takes big integers, and cannot take what it makes of them. */
import { defaultPayloadConverter, type Payload, type PayloadConverter } from '@temporalio/common';

const BIG = new TextEncoder().encode('my/big');

export const payloadConverter: PayloadConverter = {
  toPayload<T>(value: T): Payload {
    if (typeof value !== 'bigint') return defaultPayloadConverter.toPayload(value);
    return { metadata: { encoding: BIG }, data: new TextEncoder().encode(String(value)) };
  },
  fromPayload<T>(payload: Payload): T {
    const { metadata, data } = payload;
    if (metadata?.encoding?.length !== BIG.length) return defaultPayloadConverter.fromPayload(payload);
    const made: unknown = { big: BigInt(new TextDecoder().decode(data ?? undefined)) };
    return made as T;
  },
};
