/** What can be read from a cache's file, and from a history. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached, CachePlugin, type CachePluginOptions, cacheReport } from 'temporal-activity-cache';
import { encode } from '../../src/key/canonical';
import { EncryptionCodec } from '../helpers/encryption-codec';
import { withWorker } from '../helpers/temporal';

const SECRET_ARGUMENT = 'patient-4711';
const SECRET_RESULT = 'diagnosis-measles';

async function runTwice(codec: EncryptionCodec | undefined, options: CachePluginOptions) {
  const folder = mkdtempSync(join(tmpdir(), 'cache-'));
  const store = `sqlite:${join(folder, 'cache.db')}`;
  const f = cached('auto', async (_patient: { id: string }) => SECRET_RESULT.repeat(1_000));
  const dataConverter = codec && { payloadCodecs: [codec] };
  const steps = [{ type: 'f', args: [{ id: SECRET_ARGUMENT }] }];
  const plugins = [new CachePlugin({ store, ...options })];
  const told = await withWorker({ activities: { f }, dataConverter, plugins }, async ({ start }) => {
    const statuses: string[] = [];
    for (let i = 0; i < 2; i++) {
      const handle = await start('sequence', steps);
      expect(await handle.result()).toEqual([SECRET_RESULT.repeat(1_000)]);
      statuses.push(...(await cacheReport(handle)).rows.map(({ status }) => status));
    }
    return statuses;
  });
  const bytes = Buffer.concat(readdirSync(folder).map((file) => readFileSync(join(folder, file))));
  return { told, file: bytes.toString('latin1') };
}

/** Digests that somebody who guesses the argument would look for. */
const guesses = [
  SECRET_ARGUMENT,
  JSON.stringify(SECRET_ARGUMENT),
  encode(SECRET_ARGUMENT),
  encode([{ id: SECRET_ARGUMENT }]),
].map((guess) => createHash('sha256').update(guess).digest('hex').slice(0, 32));

test('with a codec that encrypts, the file holds no plain value or argument, and any Workflow can read what another stored', async () => {
  const codec = new EncryptionCodec();
  const { told, file } = await runTwice(codec, {});
  expect(told).toEqual(['stored', 'hit']);
  expect(file).not.toContain(SECRET_ARGUMENT);
  expect(file).not.toContain(SECRET_RESULT);
  for (const digest of guesses) expect(file).not.toContain(digest);
  // What is stored is encoded in one fixed context, of no Workflow and no Activity.
  expect(codec.contexts).toContain(
    JSON.stringify({ type: 'activity', namespace: 'default', isLocal: false }),
  );
});

test('with a secret, no digest in the file is one that can be guessed', async () => {
  const { told, file } = await runTwice(undefined, { secret: 'pepper' });
  expect(told).toEqual(['stored', 'hit']);
  expect(file).not.toContain(SECRET_ARGUMENT);
  for (const digest of guesses) expect(file).not.toContain(digest);
});

test('without codec and secret the digests of inputs are kept, by path: what a miss is explained from', async () => {
  const { file } = await runTwice(undefined, {});
  expect(file).toContain('_patient.id');
  expect(file).toContain(createHash('sha256').update(encode(SECRET_ARGUMENT)).digest('hex').slice(0, 32));
});
