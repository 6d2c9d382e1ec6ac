/** Names of members may be data: with a codec that encrypts, no file and no history holds them in clear. */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { cached, CachePlugin, cacheReport, SqliteStore } from 'temporal-activity-cache';
import { readFacts } from '../../src/entry';
import { unseal } from '../../src/worker/sealed';
import { Values } from '../../src/worker/values';
import { EncryptionCodec } from '../helpers/encryption-codec';
import { bundle, withWorker } from '../helpers/temporal';
import { wholeScenes } from '../helpers/whole-scene';

const NAME = 'patient-ann-hiv-positive';
const args = { byPatient: { [NAME]: 1 } };
const codec = new EncryptionCodec();
const dataConverter = { payloadCodecs: [codec] };
const secret = 'a secret of at least thirty-two bytes';

function newStore() {
  const folder = mkdtempSync(join(tmpdir(), 'names-'));
  const read = () => Buffer.concat(readdirSync(folder).map((file) => readFileSync(join(folder, file))));
  return {
    path: join(folder, 'cache.db'),
    url: `sqlite:${join(folder, 'cache.db')}`,
    text: () => read().toString('latin1'),
  };
}

/** All that the server keeps of a Workflow's runs, as it keeps it. */
async function rawHistories(client: Client, workflowId: string): Promise<string> {
  let all = '';
  for await (const { runId } of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    all += Buffer.from(temporal.api.history.v1.History.encode(history).finish()).toString('latin1');
  }
  return all;
}

/** What the entries of a store keep of their inputs, for who has the codec. */
async function inputsIn(path: string): Promise<string[]> {
  const store = new SqliteStore(path);
  const values = new Values({ payloadCodecs: [codec] } as never);
  const found: string[] = [];
  for await (const { key, scope, namespace, activityType, version } of store.entries({})) {
    const { found: entry } = await store.look({ key, scope, namespace, activityType, version });
    const { inputs, sealedInputs } = readFacts(entry!.header)!;
    expect(inputs).toBeUndefined();
    const [text] = await unseal(sealedInputs!, values, namespace);
    found.push(...Object.keys(JSON.parse(text!) as object));
  }
  await store.close();
  return found;
}

test('of Activities, looked up in Workflows and not; who has the codec can read the paths', async () => {
  const store = newStore();
  const f = cached('auto', async (_x: object, y: number) => y);
  const plugins = [new CachePlugin({ store: store.url, secret })];
  const workflowBundle = await bundle({ plugins: [...plugins] });
  await withWorker(
    { activities: { f }, dataConverter, workflowBundle, plugins: [...plugins] },
    async ({ start, client }) => {
      const steps = [
        { type: 'f', args: [args, 1] },
        { type: 'f', args: [args, 2], options: { cache: true } },
        { type: 'f', args: [args, 2], options: { cache: true } },
      ];
      const handle = await start('sequence', steps);
      await handle.result();
      expect((await cacheReport(handle)).rows.map(({ status }) => status)).toEqual([
        'stored',
        'stored',
        'hit',
      ]);
      let raw = '';
      while (raw === '') raw = await rawHistories(client, handle.workflowId); // it is listed with a delay
      expect(raw).not.toContain(NAME);
    },
  );
  expect(store.text()).not.toContain(NAME);
  const paths = ['y', `_x.byPatient.${NAME}`]; // breadth first
  expect(await inputsIn(store.path)).toEqual([...paths, ...paths]);
});

test('of a whole Workflow that continues as new', async () => {
  const store = newStore();
  const withWhole = wholeScenes(require.resolve('../helpers/whole-workflows'));
  await withWhole(
    { f: async (x) => x },
    async ({ begin, client }) => {
      const handle = await begin('continued', [args, 1]);
      await handle.result();
      let raw = '';
      while (!raw.includes('activity-cache-continuation'))
        raw = await rawHistories(client, handle.workflowId);
      expect(raw).toContain('sealedInputs');
      expect(raw).not.toContain(NAME);
      const again = await begin('continued', [args, 1]);
      await again.result();
      expect((await cacheReport(again)).rows).toMatchObject([{ activityType: 'continued', status: 'hit' }]);
    },
    { plugin: { store: store.url, secret }, worker: { dataConverter, client: { dataConverter } } },
  );
  expect(store.text()).not.toContain(NAME);
  expect(await inputsIn(store.path)).toContain(`0.byPatient.${NAME}`);
});

test('of an argument that cannot be keyed: the parameter is named, and no member', async () => {
  let deep: object = {};
  for (let i = 0; i < 2_000; i++) deep = { [NAME]: deep };
  const f = cached({ version: '1', parameters: ['patients'] }, async (_patients: object) => 1);
  const plugins = [new CachePlugin({ store: 'memory:', secret })];
  await withWorker({ activities: { f }, dataConverter, plugins }, async ({ start }) => {
    const handle = await start('sequence', [{ type: 'f', args: [deep] }]);
    await handle.result();
    const [row] = (await cacheReport(handle)).rows;
    expect(row).toMatchObject({
      status: 'bypassed',
      reason: 'unkeyable',
      detail: expect.stringMatching(/^patients\.…: it is nested /),
    });
  });
});
