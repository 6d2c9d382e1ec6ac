/** What this package sends in headers: JSON, whatever converter and codecs the user has. */
import { defaultPayloadConverter, type Payload } from '@temporalio/common';

export const writeJson = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);

/** Never throws: undefined where there is nothing, and where it is no JSON. */
export function readJson(payload: Payload | null | undefined): unknown {
  if (payload == null) return undefined;
  try {
    return defaultPayloadConverter.fromPayload(payload);
  } catch {
    return undefined;
  }
}
