/** A result by reference whose file is gone, in the Activity half and in the Workflow half. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached, cacheReport } from 'temporal-activity-cache';
import { withLookups } from '../helpers/lookups';

const folder = mkdtempSync(join(tmpdir(), 'hit-if-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([{}, { cache: true }])('a 50 MB file that is deleted is made again, with %j', async (options) => {
  const path = join(folder, `${Object.keys(options).length}.bin`);
  let made = 0;
  const render = cached({ hitIf: (file: string) => existsSync(file) }, async (name: string) => {
    made++;
    writeFileSync(name, Buffer.alloc(50 * 2 ** 20));
    return name;
  });
  await withLookups({ render }, async ({ start }) => {
    const whys: string[] = [];
    const run = async () => {
      const handle = await start('sequence', [{ type: 'render', args: [path], options }]);
      expect(await handle.result()).toEqual([path]);
      const [row] = (await cacheReport(handle)).rows;
      whys.push(`${row!.status} ${row!.why ?? ''}`.trim());
    };
    await run();
    await run();
    rmSync(path);
    await run();
    await run();
    expect(whys).toEqual(['stored new', 'hit', 'stored hit-if', 'hit']);
    expect([made, existsSync(path)]).toEqual([2, true]);
  });
});
