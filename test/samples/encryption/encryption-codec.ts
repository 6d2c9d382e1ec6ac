import { webcrypto } from 'node:crypto';
import {
  type DataConverter,
  METADATA_ENCODING_KEY,
  type Payload,
  type PayloadCodec,
} from '@temporalio/common';
import { decode, encode } from '@temporalio/common/lib/encoding';
import { temporal } from '@temporalio/proto';

const { Payload: PayloadProto } = temporal.api.common.v1;
const ENCODING = 'binary/encrypted';
const IV_BYTES = 12;

export class EncryptionCodec implements PayloadCodec {
  private constructor(private readonly key: webcrypto.CryptoKey) {}

  static async create(key: string): Promise<EncryptionCodec> {
    const usages: webcrypto.KeyUsage[] = ['encrypt', 'decrypt'];
    return new this(await webcrypto.subtle.importKey('raw', Buffer.from(key), 'AES-GCM', true, usages));
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(
      payloads.map(async (payload) => {
        const iv = webcrypto.getRandomValues(new Uint8Array(IV_BYTES));
        const plain = PayloadProto.encode(payload).finish();
        const data = await webcrypto.subtle.encrypt({ name: 'AES-GCM', iv }, this.key, plain);
        const metadata = { [METADATA_ENCODING_KEY]: encode(ENCODING) };
        return { metadata, data: Buffer.concat([iv, new Uint8Array(data)]) };
      }),
    );
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(
      payloads.map(async (payload) => {
        if (decode(payload.metadata![METADATA_ENCODING_KEY]!) !== ENCODING) return payload;
        const [iv, data] = [payload.data!.subarray(0, IV_BYTES), payload.data!.subarray(IV_BYTES)];
        const plain = await webcrypto.subtle.decrypt({ name: 'AES-GCM', iv }, this.key, data);
        return PayloadProto.decode(new Uint8Array(plain));
      }),
    );
  }
}

export async function getDataConverter(): Promise<DataConverter> {
  return { payloadCodecs: [await EncryptionCodec.create('test-key-test-key-test-key-test!')] };
}
