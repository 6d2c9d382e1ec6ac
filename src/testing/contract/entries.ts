import type { CacheStore } from '../../store/store';
import { bytes, keyOf, same, type Scene, type SceneTests } from './scene';

/**
 * Sizes around the limits that stores treat specially (nothing, pages, results in a place of their
 * own), and about the largest size that Temporal accepts.
 */
const SIZES = [0, 1, 8 * 1024 - 1, 8 * 1024, 8 * 1024 + 1, 64 * 1024, 2 * 1024 * 1024];

/**
 * Headers are well-formed Unicode without U+0000, as `JSON.stringify` writes them. Lone surrogates
 * and U+0000 need not be preserved.
 */
const HEADERS: Record<string, string> = {
  'nothing at all': '',
  'escapes of JSON': JSON.stringify({ text: 'a\u0000b\ud800c"\\\n' }),
  'quotes, backslashes and percent signs': `'"\`\\ %_* $1 ? :name @name '' ""`,
  'line ends and tabs': 'a\nb\r\nc\td\u2028e',
  'all kinds of letters': 'äß 日本語 עברית \u0061\u0301 \u00e1 \ufeff 😀👩‍👩‍👧 \u{10ffff}',
  '200,000 characters': 'é'.repeat(200_000),
};

/** Entries are found as they were stored: whole, exact, of one moment, and of their own key. */
export function entries({ test, testShared, expect, taken }: SceneTests): void {
  for (const size of SIZES) {
    test(`gives back ${size} bytes as they were, and all that was said about them`, async (scene) => {
      const begun = await scene.store.draw();
      scene.now += 250;
      expect(await scene.end(begun, { header: 'of this size', data: bytes(size) })).toBe('stored');
      const { data, storedAt, ...rest } = (await scene.found())!;
      expect(data instanceof Uint8Array && same(data, bytes(size))).toBe(true);
      expect(rest).toEqual({ ticket: begun.ticket, startedAt: begun.now, header: 'of this size' });
      expect(storedAt).toBeGreaterThanOrEqual(begun.now);
    });
  }

  for (const [kind, header] of Object.entries(HEADERS)) {
    test(`gives back a header exactly: ${kind}`, async (scene) => {
      await scene.execute({ header });
      expect((await scene.holder()) === header).toBe(true);
    });
  }

  test('replaces large results by small ones and small ones by large ones', async (scene) => {
    for (const [seed, size] of [10, 300_000, 200_000, 10, 0, 300_000, 0].entries()) {
      await scene.execute({ header: `${size}`, data: bytes(size, seed) });
      const found = await scene.found();
      expect(found?.header).toBe(`${size}`);
      expect(same(found?.data, bytes(size, seed))).toBe(true);
    }
  });

  test('keeps the entries of many keys apart', async (scene) => {
    const keys = Array.from({ length: 50 }, (_, i) => keyOf(`key ${i}`));
    await Promise.all(
      keys.map((key, i) => scene.execute({ key, header: key, data: bytes(i % 2 ? 20_000 : 20, i) })),
    );
    for (const [i, key] of keys.entries()) {
      const found = await scene.found({ key });
      expect(found?.header).toBe(key);
      expect(same(found?.data, bytes(i % 2 ? 20_000 : 20, i))).toBe(true);
    }
  });

  test('stores a copy: what becomes of the given bytes afterwards changes nothing', async (scene) => {
    for (const size of [100, 100_000]) {
      const begun = await scene.store.draw();
      const given = bytes(size);
      const tags = ['given'];
      const stored = scene.end(begun, { data: given, tags });
      given.fill(0);
      tags[0] = 'other';
      await stored;
      expect(same((await scene.found())?.data, bytes(size))).toBe(true);
      expect(await scene.store.invalidate({ scope: 'scope', tag: 'given' })).toEqual(taken(1));
    }
  });

  test('finds a copy: what becomes of the found bytes changes nothing', async (scene) => {
    for (const size of [100, 100_000]) {
      await scene.execute({ data: bytes(size) });
      (await scene.found())!.data!.fill(0);
      expect(same((await scene.found())?.data, bytes(size))).toBe(true);
    }
  });

  test('takes bytes that are a part of a larger buffer', async (scene) => {
    await scene.execute({ data: bytes(1000).subarray(100, 900) });
    expect(same((await scene.found())?.data, bytes(1000).subarray(100, 900))).toBe(true);
  });

  test('answers from one moment: no header with the bytes of another', async (scene) => {
    await neverTorn(scene, scene.store);
  });

  testShared('answers from one moment while another store object writes', async (scene) => {
    await neverTorn(scene, await scene.reopen());
  });

  /** One execution writes small and large values in turn, while several readers look. */
  async function neverTorn(scene: Scene, reader: CacheStore) {
    const rounds = 60;
    const sizeOf = (seed: number) => (seed % 3 === 0 ? 10 : 100_000 + seed);
    let writing = true;
    let seen = 0;
    const write = async () => {
      for (let seed = 0; seed < rounds; seed++)
        await scene.execute({ header: `${seed}`, data: bytes(sizeOf(seed), seed) });
      writing = false;
    };
    const read = async () => {
      while (writing) {
        const found = await scene.found({}, reader);
        if (found === undefined) continue;
        seen++;
        const seed = Number(found.header);
        expect(same(found.data, bytes(sizeOf(seed), seed))).toBe(true);
      }
    };
    await Promise.all([write(), read(), read(), read()]);
    expect(seen).toBeGreaterThan(0);
    expect(await scene.holder({}, reader)).toBe(`${rounds - 1}`);
  }
}
