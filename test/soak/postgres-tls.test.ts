/** Encryption, as `sslmode` in the URL and the option `ssl` ask for it. The server's certificate is signed by itself. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PostgresStore } from 'temporal-activity-cache';
import { ownCluster } from '../helpers/postgres';

const file = (name: string) => join(__dirname, 'tls', name);
const read = (name: string) => readFileSync(file(name), 'utf8');
const cluster = ownCluster({
  settings: { ssl: 'on', ssl_cert_file: 'server.crt', ssl_key_file: 'server.key' },
  files: { 'server.crt': read('server.crt'), 'server.key': read('server.key') },
});

/** How the connection is encrypted, or why there is none. */
async function outcome(parameters: string, options: { ssl?: boolean | object } = {}): Promise<string> {
  const store = new PostgresStore({ uri: `${cluster.url}${parameters}`, ...options });
  try {
    return (await store.about()).tls!;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await store.close();
  }
}

const ENCRYPTED = expect.stringMatching(/^TLSv1\.[23]$/);

test('nothing is encrypted unless it is asked for', async () => {
  expect(await outcome('')).toBe('none');
});

test('the certificate is checked where it is to be, and a false one refused', async () => {
  const refused = expect.stringMatching(/self-signed certificate/);
  expect(await outcome('?sslmode=verify-full')).toEqual(refused);
  jest.spyOn(process, 'emitWarning').mockReturnValue(); // the driver's, about what `require` will mean one day
  expect(await outcome('?sslmode=require')).toEqual(refused);
  expect(await outcome('', { ssl: true })).toEqual(refused);
});

test('a certificate of an authority that is given is taken', async () => {
  expect(await outcome(`?sslmode=verify-full&sslrootcert=${encodeURIComponent(file('server.crt'))}`)).toEqual(
    ENCRYPTED,
  );
  expect(await outcome('', { ssl: { ca: read('server.crt') } })).toEqual(ENCRYPTED);
});

test('without a check, whoever answers is taken', async () => {
  expect(await outcome('?sslmode=no-verify')).toEqual(ENCRYPTED);
  expect(await outcome('', { ssl: { rejectUnauthorized: false } })).toEqual(ENCRYPTED);
});

test('what the URL says wins over the option', async () => {
  expect(await outcome('?sslmode=disable', { ssl: true })).toBe('none');
  expect(await outcome('?sslmode=no-verify', { ssl: false })).toEqual(ENCRYPTED);
});

test('a file that is not there is an error at once, which names it and not the password', () => {
  const store = () =>
    new PostgresStore({ uri: `${cluster.url}?sslmode=verify-full&sslrootcert=/no/such/file` });
  expect(store).toThrow(/options cannot be used: .*\/no\/such\/file/);
  expect(store).not.toThrow(new URL(cluster.url).password);
});
