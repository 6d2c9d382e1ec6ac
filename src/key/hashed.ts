/** Values by reference: a digest represents the value in the key. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** An object with exactly these two members is represented in the key by `$cacheHash` alone. */
export interface Hashed<T> {
  $cacheHash: string;
  value: T;
}

/**
 * Pairs a value with the digest that represents it in the key. The key differs from the key of the
 * same digest as a plain text. The pair is plain data: it passes through Workflows unchanged, and
 * the Activity finds its value under `value`.
 * @param digest - equal for values that count as equal, for example from {@link hashFile}
 */
export function hashed<T>(value: T, digest: string): Hashed<T> {
  return { $cacheHash: digest, value };
}

/**
 * SHA-256 of a file's bytes, as hex. The file is read as a stream, so call this function in an
 * Activity or a client, not in a Workflow.
 * @throws the error of reading, for example ENOENT
 */
export async function hashFile(path: string | URL): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
