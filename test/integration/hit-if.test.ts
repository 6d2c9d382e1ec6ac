/** A result by reference whose file is gone: of an Activity, a whole Workflow and a child, in every place that looks. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { cached, CachePlugin, cacheReport, MemoryStore } from 'temporal-activity-cache';
import { EncryptionCodec } from '../helpers/encryption-codec';
import { withLookups } from '../helpers/lookups';
import { bundleWithPlugin, withWorker } from '../helpers/temporal';
import { until } from '../helpers/until';
import { told, wholeScenes } from '../helpers/whole-scene';

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

/** An Activity that makes the file of this name, and a `hitIf` that notes what it is asked. */
function files() {
  const asked: unknown[] = [];
  const f = async (name: string) => {
    writeFileSync(name, 'made');
    return { name };
  };
  const hitIf = (result: { name: string }, args: unknown[]) => {
    asked.push([result, ...args]);
    return existsSync(result.name);
  };
  return { path: join(folder, randomUUID()), asked, f, hitIf };
}

const encrypted = { dataConverter: { payloadCodecs: [new EncryptionCodec()] } };
test.each([
  ['', {}],
  [' through a codec', encrypted],
])('a whole Workflow whose file is deleted runs again, and is a hit afterwards%s', async (_, converter) => {
  const { path, asked, f, hitIf } = files();
  const cache = new CachePlugin({ store: 'memory:', workflows: { whole: { hitIf } } });
  const worker = { ...converter, plugins: [cache], client: { ...converter, plugins: [cache] } };
  await wholeScenes(require.resolve('../helpers/whole-workflows'))(
    { f },
    async ({ begin }) => {
      const rows: string[][] = [];
      const run = async () => {
        const handle = await begin('whole', [path]);
        expect(await handle.result()).toEqual({ name: path });
        rows.push(await told(handle));
      };
      await run();
      expect(asked).toEqual([]);
      await run();
      expect(asked).toEqual([[{ name: path }, path]]);
      rmSync(path);
      await run();
      await run();
      expect(rows.flat()).toEqual(['whole stored new', 'whole hit', 'whole stored hit-if', 'whole hit']);
      expect(existsSync(path)).toBe(true);
    },
    { worker },
  );
});

test('with `serialize` one of many runs again, and the others take its result', async () => {
  const { path, f, hitIf } = files();
  const workflows = { alone: { hitIf } };
  await wholeScenes(require.resolve('../helpers/whole-workflows'))(
    { f },
    async ({ begin, result, ran }) => {
      await result('alone', [path]);
      rmSync(path);
      const handles = await Promise.all(Array.from({ length: 10 }, () => begin('alone', [path])));
      for (const handle of handles) expect(await handle.result()).toEqual({ name: path });
      expect(ran).toHaveLength(2);
      const rows = (await Promise.all(handles.map(told))).flat();
      expect(rows.filter((row) => row === 'alone stored hit-if')).toHaveLength(1);
      expect(rows.filter((row) => /^alone (joined|hit)$/.test(row))).toHaveLength(9);
    },
    { plugin: { workflows } },
  );
});

test('one that throws does not count the result, and is not asked during replay', async () => {
  const { path, f } = files();
  let asked = 0;
  const hitIf = () => {
    asked++;
    throw new Error('the disk is gone');
  };
  const plugin = { workflows: { whole: { hitIf } } };
  const workflowsPath = require.resolve('../helpers/whole-workflows');
  await wholeScenes(workflowsPath)(
    { f },
    async ({ begin }) => {
      const rows: string[] = [];
      for (const _ of [1, 2]) {
        const handle = await begin('whole', [path]);
        await handle.result();
        rows.push(...(await told(handle)));
        const replaying = {
          workflowBundle: await bundleWithPlugin(workflowsPath),
          plugins: [new CachePlugin({ store: 'memory:', ...plugin })],
        };
        await Worker.runReplayHistory(replaying, await handle.fetchHistory(), handle.workflowId);
      }
      expect(rows).toEqual(['whole stored new', 'whole stored hit-if']);
      expect(asked).toBe(1);
    },
    { plugin },
  );
});

/** `here`: the plugin of the parent's Worker has the function too, so the parent asks it itself. */
test.each([true, false])('a child whose file is deleted runs again; its parent asks: %s', async (here) => {
  const { path, asked, f, hitIf } = files();
  const store = new MemoryStore();
  const workflows = { child: { hitIf } };
  const workflowBundle = await bundleWithPlugin(require.resolve('../helpers/child-workflows'));
  const childQueue = `children-${randomUUID()}`;
  const children = {
    workflowBundle,
    taskQueue: childQueue,
    activities: { f },
    plugins: [new CachePlugin({ store, workflows })],
  };
  const parents = { workflowBundle, plugins: [new CachePlugin({ store, ...(here && { workflows }) })] };
  await withWorker(children, async () =>
    withWorker(parents, async ({ start, client }) => {
      await until(async () => (await store.notes('live/')).length === 2);
      const outcomes: string[] = [];
      const run = async () => {
        const workflowId = `child-${randomUUID()}`;
        const options = { cache: { version: '1' }, taskQueue: childQueue, workflowId };
        const parent = await start('calls', 'child', [[[path], options]]);
        expect(await parent.result()).toEqual([{ name: path }]);
        const inParent = await told(parent);
        outcomes.push(
          ...(inParent.length > 0
            ? inParent.map((row) => `parent: ${row}`)
            : await told(client.workflow.getHandle(workflowId) as never)),
        );
      };
      await run();
      expect(asked).toEqual([]);
      await run();
      rmSync(path);
      await run();
      await run();
      const hit = here ? 'parent: child hit' : 'child hit';
      expect(outcomes).toEqual(['child stored new', hit, 'child stored hit-if', hit]);
      expect(asked[0]).toEqual([{ name: path }, path]);
      expect(existsSync(path)).toBe(true);
    }),
  );
});
