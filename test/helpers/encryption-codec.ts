/** A codec that encrypts, with a key from the environment: worker processes and tests share it. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';

const key = createHash('sha256').update('a key of the tests').digest();

export class EncryptionCodec implements PayloadCodec {
  /** Which serialization contexts were given, as JSON: a codec may derive its key from them. */
  readonly contexts: string[] = [];

  async encode(payloads: Payload[], context?: unknown): Promise<Payload[]> {
    this.contexts.push(JSON.stringify(context));
    return payloads.map(({ metadata, data }) => {
      const plain = JSON.stringify({
        metadata: Object.entries(metadata ?? {}).map(([name, bytes]) => [
          name,
          Buffer.from(bytes).toString('base64'),
        ]),
        data: data ? Buffer.from(data).toString('base64') : null,
      });
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const sealed = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
      return { metadata: { encoding: Buffer.from('binary/encrypted') }, data: sealed };
    });
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => {
      if (Buffer.from(payload.metadata?.encoding ?? []).toString() !== 'binary/encrypted') return payload;
      const sealed = Buffer.from(payload.data!);
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
      decipher.setAuthTag(sealed.subarray(-16));
      const plain = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]).toString();
      const { metadata, data } = JSON.parse(plain) as { metadata: [string, string][]; data: string | null };
      return {
        metadata: Object.fromEntries(metadata.map(([name, text]) => [name, Buffer.from(text, 'base64')])),
        data: data === null ? undefined : Buffer.from(data, 'base64'),
      };
    });
  }
}
