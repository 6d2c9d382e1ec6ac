/** The headers of this package: JSON, whatever converter and codecs the user has. */
import { defaultPayloadConverter, type Payload } from '@temporalio/common';

export const writeJson = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);

/** Never throws. Undefined if there is no header, or if it is not JSON. */
export function readJson(payload: Payload | null | undefined): unknown {
  if (payload == null) return undefined;
  try {
    return defaultPayloadConverter.fromPayload(payload);
  } catch {
    return undefined;
  }
}
