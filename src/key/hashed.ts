/** Values by reference: a digest stands for the value in the key. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** An object with exactly these two members is represented in the key by `$cacheHash` alone. */
export interface Hashed<T> {
  $cacheHash: string;
  value: T;
}

/**
 * Pairs a value with the digest that stands for it in the key, told apart from that digest as a plain text. Plain data: it
 * travels through Workflows as it is, and the Activity finds its value under `value`.
 * @param digest - equal for values that count as equal, e.g. of {@link hashFile}
 */
export function hashed<T>(value: T, digest: string): Hashed<T> {
  return { $cacheHash: digest, value };
}

/**
 * SHA-256 of a file's bytes, as hex, read as a stream: use it in an Activity or a client, not in a Workflow.
 * @throws what reading throws, e.g. ENOENT
 */
export async function hashFile(path: string | URL): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
