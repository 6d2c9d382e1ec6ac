/** A payload converter that is not one of the SDK's, and does not know RawValue. */
import { defaultPayloadConverter, type Payload, type PayloadConverter } from '@temporalio/common';

export const payloadConverter: PayloadConverter = {
  toPayload: <T>(value: T): Payload =>
    defaultPayloadConverter.toPayload(JSON.parse(JSON.stringify({ own: value }))),
  fromPayload: <T>(payload: Payload): T => defaultPayloadConverter.fromPayload<{ own: T }>(payload).own,
};
