/** What users give a Keyv: compression and encryption, in small. */
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { CompressionAdapter, DeserializedData, KeyvOptions } from 'keyv';

/** Takes texts alone, as those of the registry do. */
export const gzip: Pick<CompressionAdapter, 'compress' | 'decompress'> = {
  compress: async (text: string) => gzipSync(text, { level: 1 }).toString('base64'),
  decompress: async (text: string) => gunzipSync(Buffer.from(text, 'base64')).toString(),
};

/** AES-GCM: what was written under another secret cannot be read, and says so by an error. */
export function encrypting(secret: string): Required<Pick<KeyvOptions, 'serialize' | 'deserialize'>> {
  const key = scryptSync(secret, 'salt', 32, { N: 2 });
  return {
    async serialize(data) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const text = Buffer.concat([cipher.update(JSON.stringify(data)), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64');
    },
    async deserialize<V>(text: string) {
      const bytes = Buffer.from(text, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
      decipher.setAuthTag(bytes.subarray(12, 28));
      const plain = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
      return JSON.parse(plain.toString()) as DeserializedData<V>;
    },
  };
}
