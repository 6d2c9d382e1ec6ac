/** A store that is put back from a backup while a cached Workflow is open, which keeps its ticket in its history. */
import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { deferred } from '../helpers/deferred';
import { told, wholeScenes } from '../helpers/whole-scene';

const withWhole = wholeScenes(require.resolve('../helpers/whole-workflows'));
const folder = mkdtempSync(join(tmpdir(), 'restored-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('what is invalidated after the restore stays so, however late the open Workflow ends', async () => {
  const path = join(folder, 'cache.db');
  const [begun, opened] = [deferred(), deferred()];
  const f = async (x: number) => {
    if (x !== 7) return x;
    begun.resolve();
    await opened.promise;
    return 'of before the restore';
  };
  await withWhole(
    { f },
    async ({ begin, cache, result }) => {
      await result('whole', [1]);
      new Database(path).exec(`VACUUM INTO '${path}.backup'`);
      for (let x = 2; x < 5; x++) await result('whole', [x]); // its tickets are higher than the backup's
      const open = await begin('whole', [7]);
      await begun.promise;

      copyFileSync(`${path}.backup`, `${path}.new`);
      for (const end of ['-wal', '-shm']) rmSync(path + end, { force: true });
      renameSync(`${path}.new`, path);
      await cache.invalidate({ all: true });
      opened.resolve();

      expect(await open.result()).toBe('of before the restore');
      expect(await told(open)).toContain('whole unstored new superseded');
      const again = await begin('whole', [1]);
      await again.result();
      expect(await told(again)).toContain('whole stored invalidated');
      await cache.invalidate({ all: true });
      const after = await begin('whole', [1]);
      await after.result();
      expect(await told(after)).toContain('whole stored invalidated');
    },
    { plugin: { store: `sqlite:${path}` } },
  );
});
