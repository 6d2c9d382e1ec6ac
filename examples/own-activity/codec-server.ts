import type { Payload, PayloadCodec } from '@temporalio/common';
import { labelledCodec } from 'temporal-activity-cache';

/** What a codec server of your own answers to `/decode`: each result with its label. */
export function decodeForPeople(codecs: PayloadCodec[], payloads: Payload[]): Promise<Payload[]> {
  return labelledCodec(codecs).decode(payloads);
}
