/** Values by reference, and digests of files. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hashed, hashFile } from 'temporal-activity-cache';
import { functionOf, keyOf } from '../call';

const fn = functionOf('async (data) => data');

describe('hashed', () => {
  test('is plain data with two members, and survives JSON', () => {
    const value = hashed({ rows: [1] }, 'abc');
    expect(Object.keys(value).sort()).toEqual(['$cacheHash', 'value']);
    expect(JSON.parse(JSON.stringify(value))).toEqual({ $cacheHash: 'abc', value: { rows: [1] } });
  });

  test('stands in the key by its digest alone, at any depth', async () => {
    const key = await keyOf({}, [{ at: hashed({ rows: [1] }, 'abc') }], { fn });
    expect(await keyOf({}, [{ at: hashed('moved elsewhere', 'abc') }], { fn })).toBe(key);
    expect(await keyOf({}, [{ at: hashed(() => 1, 'abc') }], { fn })).toBe(key);
    expect(await keyOf({}, [{ at: hashed({ rows: [1] }, 'abd') }], { fn })).not.toBe(key);
    expect(await keyOf({}, [{ at: 'abc' }], { fn })).not.toBe(key);
    expect(await keyOf({}, [{ at: { rows: [1] } }], { fn })).not.toBe(key);
  });

  test('may have an empty digest', async () => {
    expect(await keyOf({}, [hashed(1, '')], { fn })).toBe(await keyOf({}, [hashed(2, '')], { fn }));
    expect(await keyOf({}, [hashed(1, '')], { fn })).not.toBe(await keyOf({}, [''], { fn }));
  });
});

describe('hashFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hash-file-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['text', Buffer.from('é\r\n')],
    ['more than one piece of a stream', Buffer.alloc(300_000, 'abc')],
  ])('is the SHA-256 of its bytes: %s', async (_name, content) => {
    const path = file('data', content);
    expect(await hashFile(path)).toBe(createHash('sha256').update(content).digest('hex'));
    expect(await hashFile(pathToFileURL(path))).toBe(await hashFile(path));
  });

  test('does not know the name', async () => {
    expect(await hashFile(file('a', 'same'))).toBe(await hashFile(file('b', 'same')));
    expect(await hashFile(file('a', 'same'))).not.toBe(await hashFile(file('b', 'other')));
  });

  test('rejects where there is no file', async () => {
    await expect(hashFile(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(hashFile(folder)).rejects.toMatchObject({ code: 'EISDIR' });
  });
});
